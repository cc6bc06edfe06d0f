"""Stored mailboxes keep the lane they were given; this gives them the one they would have today.

For when the providers' domains change with a new version: batch after batch, each a transaction of
its own that waits for nobody, beside workers that send. Stopped anywhere, it is begun again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.db import Database
from app.vocabulary.lanes import lane_of

BATCH = 1_000  # mailboxes at once: a few thousandths of a second of locks

# By domain, so that a million mailboxes are some thousand rows.
_ADDRESSES = text("""
    SELECT split_part(lower(value), '@', 2) AS domain, lane, count(*) AS n FROM addresses
     WHERE channel = 'email' AND state <> 'erased' GROUP BY 1, 2 ORDER BY 1, 2
""")
_MESSAGES = text("""
    SELECT split_part(lower(addresses.value), '@', 2) AS domain, messages.lane, count(*) AS n
      FROM messages JOIN addresses ON addresses.id = messages.address_id
     WHERE messages.state IN ('queued', 'sending') AND messages.channel = 'email'
       AND addresses.state <> 'erased'
     GROUP BY 1, 2 ORDER BY 1, 2
""")
_NEXT = text("""
    SELECT id, value, lane FROM addresses
     WHERE id > :after AND channel = 'email' AND state <> 'erased' ORDER BY id LIMIT :batch
""")
# What somebody else holds is left to the next time: a drain is never made to wait, and whoever
# waits for nobody is in no deadlock.
_MOVE_ADDRESSES = text("""
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:lanes AS text[])) AS wanted (id, lane)
    ), free AS MATERIALIZED (
        SELECT addresses.id FROM addresses JOIN wanted ON wanted.id = addresses.id
         WHERE addresses.lane <> wanted.lane
         ORDER BY addresses.id FOR NO KEY UPDATE OF addresses SKIP LOCKED
    )
    UPDATE addresses SET lane = wanted.lane FROM wanted
     WHERE wanted.id = addresses.id AND addresses.id IN (SELECT id FROM free)
    RETURNING addresses.id
""")
_MOVE_MESSAGES = text("""
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:lanes AS text[])) AS wanted (id, lane)
    ), free AS MATERIALIZED (
        SELECT messages.id, wanted.lane FROM messages JOIN wanted ON wanted.id = messages.address_id
         WHERE messages.state = 'queued' AND messages.channel = 'email'
           AND messages.lane <> wanted.lane
         ORDER BY messages.id FOR NO KEY UPDATE OF messages SKIP LOCKED
    )
    UPDATE messages SET lane = free.lane FROM free WHERE free.id = messages.id
    RETURNING messages.id
""")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many mailboxes, and how many messages of theirs that have not left."""

    n_addresses: int
    n_messages: int


@dataclass(frozen=True, slots=True)
class Relaning:
    """What each lane would hold, and what has to move for it."""

    lanes: dict[str, Counted]  # as they should be, in alphabetical order
    moves: dict[tuple[str, str], Counted]  # from one lane to another

    @property
    def n_addresses(self) -> int:
        return sum(one.n_addresses for one in self.moves.values())


@dataclass(slots=True)
class Moved:
    """What was moved."""

    n_addresses: int = 0
    n_messages: int = 0


@dataclass(slots=True)
class _Tally:
    held: Counter[str] = field(default_factory=Counter)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, domain: str, lane: str, n: int) -> None:
        wanted = lane_of(f"@{domain}")
        self.held[wanted] += n
        if wanted != lane:
            self.moved[lane, wanted] += n


def relaning_ahead(session: Session) -> Relaning:
    """What moving every mailbox to its lane of today would do; writes nothing."""
    addresses, messages = _Tally(), _Tally()
    for row in session.execute(_ADDRESSES):
        addresses.add(row.domain, row.lane, row.n)
    for row in session.execute(_MESSAGES):
        messages.add(row.domain, row.lane, row.n)
    return Relaning(
        {
            lane: Counted(addresses.held[lane], messages.held[lane])
            for lane in sorted(addresses.held | messages.held)
        },
        {
            move: Counted(addresses.moved[move], messages.moved[move])
            for move in sorted(addresses.moved | messages.moved)
        },
    )


def relane(
    db: Database, *, progress: Callable[[int], None] = lambda _: None, batch: int = BATCH
) -> Moved:
    """Move them all; `progress` is told how many mailboxes were moved so far.

    Many transactions, so that none lasts: whatever was moved stays moved if this is interrupted.
    """
    moved, after = Moved(), 0
    while True:
        with db.transaction() as session:
            rows = session.execute(_NEXT, {"after": after, "batch": batch}).all()
            done = _move(session, rows)
        if not rows:
            return moved
        after = rows[-1].id
        moved.n_addresses += done.n_addresses
        moved.n_messages += done.n_messages
        progress(moved.n_addresses)


def _move(session: Session, rows: Sequence[Row[Any]]) -> Moved:
    """These mailboxes and what waits for them; a message that is leaving keeps its lane."""
    values = {"ids": [row.id for row in rows], "lanes": [lane_of(row.value) for row in rows]}
    n_addresses = len(session.execute(_MOVE_ADDRESSES, values).all())
    return Moved(n_addresses, len(session.execute(_MOVE_MESSAGES, values).all()))
