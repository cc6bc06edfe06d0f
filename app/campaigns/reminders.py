"""When a silent case is due a reminder. Pure: a table, and what is known of each case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.vocabulary.dispositions import DISPOSITIONS, D
from app.vocabulary.message_life import MOST_A_MONTH

# After the invitation reached the mail server: the first reminder, then the second.
AFTER = (timedelta(days=15), timedelta(days=30))
MOST = 3  # reminders of a case to a mailbox, those that staff ask for included
APART = timedelta(days=7)  # whatever was late, a mailbox gets no two reminders in a week


@dataclass(frozen=True, slots=True)
class Silent:
    """One case, as one of its mailboxes knows it."""

    case_id: int
    wave_id: int
    address_id: int
    disposition: str
    occasion: str  # of the message that asked: a batch, or a delegation
    link_id: UUID | None  # the delegate's own link
    invited_at: datetime
    n_reminders: int
    n_planned: int  # those and the cancelled ones: none has ever the number of another
    last_reminded_at: datetime | None  # or a reminder was planned, and cancelled
    n_recent: int  # invitations and reminders of the mailbox in the last thirty days


def due(silent: Silent, *, now: datetime) -> bool:
    """Whether the clock may remind this mailbox of this case now."""
    if not may_be_reminded(silent):
        return False
    if silent.n_reminders >= len(AFTER):
        return False
    if silent.last_reminded_at is not None and now - silent.last_reminded_at < APART:
        return False
    return now - silent.invited_at >= AFTER[silent.n_reminders]


def may_be_reminded(silent: Silent) -> bool:
    """Whether anybody, staff included, may remind this mailbox of this case."""
    return (
        DISPOSITIONS[D(silent.disposition)].may_be_reminded
        and silent.n_reminders < MOST
        and silent.n_recent < MOST_A_MONTH
    )
