"""Lanes: groups of mail providers that share a throttle, and the slots of each.

A slot is one connection. A drain leases one, so that however many workers run on however many
machines, a provider never sees more connections than it tolerates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Refused
from app.vocabulary import lanes
from app.vocabulary.scope import Channel

SLOT_LEASE = timedelta(minutes=5)
# How long nobody knocks at a server that was away or closed the door (421): a wave of knocks from
# every worker would be one more reason for it to keep it closed.
REST = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Lane:
    """How many connections at once, and how many messages on each."""

    name: str
    slots: int
    per_connection: int
    channel: Channel = Channel.EMAIL


WIDE = Lane(lanes.WIDE, slots=4, per_connection=1_000)
# Orange alone publishes what it wants: two connections an address, a hundred messages on each
# (https://postmaster.orange.fr). The others refuse above limits of which they say nothing but "too
# many"; these are no higher than what French operators give Postfix for them (two or three
# connections: wiki.deimos.fr, wiki.auf.org), and few enough messages on one not to be cut short.
# An invitation wave reaches a few thousand mailboxes there: slow costs minutes, refused costs days.
PROVIDERS = (
    Lane(lanes.ORANGE, slots=2, per_connection=100),
    Lane(lanes.FREE, slots=2, per_connection=100),
    Lane(lanes.SFR, slots=2, per_connection=100),
    Lane(lanes.LA_POSTE, slots=2, per_connection=100),
    Lane(lanes.MICROSOFT, slots=2, per_connection=100),
    Lane(lanes.GOOGLE, slots=3, per_connection=100),
    Lane(lanes.YAHOO, slots=1, per_connection=20),
)
# One connection a messenger: its own limits are kept by its carrier.
CHATS = tuple(
    Lane(channel, slots=1, per_connection=1_000, channel=channel)
    for channel in (Channel.TELEGRAM, Channel.MATRIX)
)
LANES: Mapping[str, Lane] = {lane.name: lane for lane in (WIDE, *PROVIDERS, *CHATS)}
_in_use: dict[str, Lane] = dict(LANES)


class UnknownLane(Refused):
    """The settings speak of a lane that is none of ours."""

    sentence = "Réglage LANES : « {name} » n’est pas une file. Les files : {names}."


def set_limits(limits: Mapping[str, tuple[int, int]]) -> None:
    """Connections and messages on each, by lane, as the settings have them; the rest as above.

    Said once, as a process starts. Every machine must be told the same: the fewest connections
    that one of them allows bind only itself.
    """
    for name in limits:
        if name not in LANES:
            raise UnknownLane(name=name, names=", ".join(LANES))
    _in_use.clear()
    for name, lane in LANES.items():
        slots, per_connection = limits.get(name, (lane.slots, lane.per_connection))
        _in_use[name] = replace(lane, slots=slots, per_connection=per_connection)


def lane_named(name: str) -> Lane:
    """The lane of that name; one that is no longer listed drains like the wide one."""
    wide = _in_use[WIDE.name]
    return _in_use.get(name, Lane(name, wide.slots, wide.per_connection))


_MAKE = text("""
    INSERT INTO lane_slots (lane, slot)
    SELECT :lane, number FROM generate_series(1, :slots) AS number
    ON CONFLICT DO NOTHING
""")
# The database's clock, as for messages: machines need not agree on the time.
# Materialized: a plan that ran the choice once a row would lease a second slot.
_TAKE = text("""
    WITH free AS MATERIALIZED (
        SELECT lane, slot FROM lane_slots
         WHERE lane = :lane AND slot <= :slots
           AND (leased_until IS NULL OR leased_until < clock_timestamp())
         ORDER BY slot LIMIT 1 FOR UPDATE SKIP LOCKED)
    UPDATE lane_slots SET leased_until = clock_timestamp() + :lease, holder = :holder
      FROM free WHERE lane_slots.lane = free.lane AND lane_slots.slot = free.slot
    RETURNING lane_slots.slot
""")
_RENEW = text("""
    UPDATE lane_slots SET leased_until = clock_timestamp() + :lease
     WHERE lane = :lane AND holder = :holder RETURNING slot
""")
_LEAVE = text("""
    UPDATE lane_slots SET leased_until = NULL, holder = NULL
     WHERE lane = :lane AND holder = :holder
""")

# A slot that another drain holds is its own affair: it finds out by itself.
_REST = text("""
    UPDATE lane_slots SET leased_until = clock_timestamp() + :rest, holder = NULL
     WHERE lane = :lane AND (holder = :holder OR holder IS NULL)
""")


def take_slot(session: Session, lane: Lane, holder: UUID) -> bool:
    """Lease a free slot; False if every connection of the lane is in use, or the lane rests."""
    session.execute(_MAKE, {"lane": lane.name, "slots": lane.slots})
    values = {"lane": lane.name, "slots": lane.slots, "holder": str(holder), "lease": SLOT_LEASE}
    return session.execute(_TAKE, values).one_or_none() is not None


def renew_slot(session: Session, lane: Lane, holder: UUID) -> bool:
    """Keep the slot; False if it was lost to another, and the drain must stop."""
    values = {"lane": lane.name, "holder": str(holder), "lease": SLOT_LEASE}
    return session.execute(_RENEW, values).one_or_none() is not None


def leave_slot(session: Session, lane: Lane, holder: UUID) -> None:
    """Give the slot back."""
    session.execute(_LEAVE, {"lane": lane.name, "holder": str(holder)})


def rest(session: Session, lane: Lane, holder: UUID, asked: timedelta = REST) -> None:
    """Give the slot back, and have nobody take one of this lane for a while: `REST` at least."""
    values = {"lane": lane.name, "holder": str(holder), "rest": max(asked, REST)}
    session.execute(_REST, values)
