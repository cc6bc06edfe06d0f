"""What the page "Données personnelles" promises about what became of our messages, every night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.db import Database
from app.links.forgetting import forget_silent_chats
from app.models.sending import MailReport, SendingHold

YEAR = timedelta(days=365)  # a leap year is cut short: a promise is kept early, never late

FATES_KEPT_YEARS = 3
""" "Messages envoyés et leur sort : trois ans" (`/donnees-personnelles`)."""
CHATS_KEPT_YEARS = 3
""" "Conversation par messagerie : comme l’adresse de son contact", which is three years after the
last exchange: for those that have no contact, a letter having opened them."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows a night took away, or emptied."""

    n_reports: int  # returned mails, of which only the kind and the day stay
    n_holds: int  # lifted
    n_chats: int


def purge_sending_traces(db: Database, *, now: datetime) -> Purged:
    """Forget old returned mails, holds lifted long ago and silent chats of letters.

    Done again, it finds nothing. A hold that still lasts stays, however old.
    """
    fates_until = now - FATES_KEPT_YEARS * YEAR
    with db.transaction() as session:
        return Purged(
            _reports(session, fates_until),
            _holds(session, fates_until),
            forget_silent_chats(session, until=now - CHATS_KEPT_YEARS * YEAR, now=now),
        )


def _reports(session: Session, until: datetime) -> int:
    """Of whom and of which message is forgotten; that there was one stays, for the counters."""
    tied = or_(MailReport.message_id.is_not(None), MailReport.address_id.is_not(None))
    old = update(MailReport).where(MailReport.received_at < until, tied)
    blank = old.values(message_id=None, address_id=None, code="")
    return len(session.scalars(blank.returning(MailReport.id)).all())


def _holds(session: Session, until: datetime) -> int:
    lifted = delete(SendingHold).where(SendingHold.lifted_at < until)
    return len(session.scalars(lifted.returning(SendingHold.id)).all())
