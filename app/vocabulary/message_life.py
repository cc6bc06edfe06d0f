"""The life of a message: one table, repeated as a constraint in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


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
LEASE = timedelta(minutes=5)
# Invitations and reminders a mailbox may get in a month, all its authorities together.
MOST_A_MONTH = 4
MONTH = timedelta(days=30)


def delay_before(next_try: int) -> timedelta:
    """How long to wait before try number `next_try`: 1, 4, 16 … minutes, a day at most."""
    return min(timedelta(minutes=4 ** (next_try - 2)), timedelta(days=1))


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
