"""The life of a message: one table, repeated as a constraint in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class MessageState(StrEnum):
    """Where a message stands; the labels are what the console shows."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    CANCELLED = "cancelled"


S = MessageState
NEXT: Mapping[MessageState, frozenset[MessageState]] = {
    S.QUEUED: frozenset({S.SENDING, S.CANCELLED, S.SENT}),
    S.SENDING: frozenset({S.SENT, S.QUEUED, S.FAILED, S.CANCELLED, S.BOUNCED}),
    S.SENT: frozenset({S.DELIVERED, S.BOUNCED}),
    S.DELIVERED: frozenset({S.BOUNCED}),
    S.BOUNCED: frozenset(),
    S.FAILED: frozenset({S.SENT, S.QUEUED}),  # a late "250 accepted": it was sent
    S.CANCELLED: frozenset(),
}
LABELS: Mapping[MessageState, str] = {
    S.QUEUED: "En attente",
    S.SENDING: "En cours d’envoi",
    S.SENT: "Envoyé",
    S.DELIVERED: "Remis",
    S.BOUNCED: "Rejeté",
    S.FAILED: "Échec",
    S.CANCELLED: "Annulé",
}

MOST_TRIES = 8
MOST_JITTER = 0.25  # of a delay
LEASE = timedelta(minutes=5)
# The steps that nobody asked for: these count in what a mailbox may get, of all waves and senders.
UNASKED = ("prenotice", "invitation", "reminder")
# How many of them a mailbox may get, all its authorities together.
MOST_A_MONTH = 4
MONTH = timedelta(days=30)
MOST_A_WEEK = 2
WEEK = timedelta(days=7)


def free_from(moment: datetime, written: Iterable[datetime]) -> datetime:
    """The first moment, from this one on, at which the mailbox may get one more.

    `written`: when it got the others. Each leaves the week's and the month's count in its turn.
    """
    known = sorted(written)
    leaving = (one + span for one in known for span in (WEEK, MONTH))
    later = sorted(one for one in leaving if one > moment)
    return next(one for one in (moment, *later) if _has_room(one, known))


def _has_room(moment: datetime, written: Iterable[datetime]) -> bool:
    ages = [moment - one for one in written]
    return (
        sum(age < MONTH for age in ages) < MOST_A_MONTH
        and sum(age < WEEK for age in ages) < MOST_A_WEEK
    )


def delay_before(next_try: int, message_id: UUID) -> timedelta:
    """How long to wait before try number `next_try`: 1, 4, 16 … minutes, a day at most.

    Up to a quarter longer, by the message: what was put off together does not come back together.
    With eight tries, a server may make us wait two days at least and two and a half at most: far
    beyond the hours that greylisting takes, and before a reminder would cross its invitation.
    """
    plain = min(timedelta(minutes=4 ** (next_try - 2)), timedelta(days=1))
    drawn = hashlib.sha256(message_id.bytes + next_try.to_bytes(2, "big")).digest()[0] / 256
    return plain * (1 + MOST_JITTER * drawn)


class EventKind(StrEnum):
    """What may happen to a message; append-only."""

    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
