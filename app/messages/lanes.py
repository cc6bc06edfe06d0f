"""Lanes: groups of mail providers that share a throttle, and the slots of each.

A slot is one connection. A drain leases one, so that however many workers run on however many
machines, a provider never sees more connections than it tolerates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import lanes
from app.vocabulary.scope import Channel

SLOT_LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Lane:
    """How many connections at once, and how many messages on each."""

    name: str
    slots: int
    per_connection: int
    channel: Channel = Channel.EMAIL


# Orange recommends two connections an address and a hundred messages on each
# (https://postmaster.orange.fr).
WIDE = Lane(lanes.WIDE, slots=4, per_connection=1_000)
ORANGE = Lane("orange", slots=2, per_connection=100)
# One connection a messenger: its own limits are kept by its carrier.
CHATS = tuple(
    Lane(channel, slots=1, per_connection=1_000, channel=channel)
    for channel in (Channel.TELEGRAM, Channel.MATRIX)
)
LANES: dict[str, Lane] = {lane.name: lane for lane in (WIDE, ORANGE, *CHATS)}


def lane_named(name: str) -> Lane:
    """The lane of that name; one that is no longer listed drains like the wide one."""
    return LANES.get(name, Lane(name, WIDE.slots, WIDE.per_connection))


_MAKE = text("""
    INSERT INTO lane_slots (lane, slot)
    SELECT :lane, number FROM generate_series(1, :slots) AS number
    ON CONFLICT DO NOTHING
""")
# The database's clock, as for messages: machines need not agree on the time.
_TAKE = text("""
    UPDATE lane_slots SET leased_until = clock_timestamp() + :lease, holder = :holder
     WHERE (lane, slot) IN (
        SELECT lane, slot FROM lane_slots
         WHERE lane = :lane AND slot <= :slots
           AND (leased_until IS NULL OR leased_until < clock_timestamp())
         ORDER BY slot LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING slot
""")
_RENEW = text("""
    UPDATE lane_slots SET leased_until = clock_timestamp() + :lease
     WHERE lane = :lane AND holder = :holder RETURNING slot
""")
_LEAVE = text("""
    UPDATE lane_slots SET leased_until = NULL, holder = NULL
     WHERE lane = :lane AND holder = :holder
""")


def take_slot(session: Session, lane: Lane, holder: UUID) -> bool:
    """Lease a free slot; False if every connection of the lane is in use."""
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
