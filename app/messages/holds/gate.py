"""What every drain asks before it begins, and again while it lasts: may anything leave?"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.messages.holds.identity import (
    differences,
    note_first,
    noted_identity,
    present_identity,
)
from app.models.sending import SendingHold
from app.vocabulary.scope import Author
from app.vocabulary.sending_holds import HoldReason

ASKED_EVERY = 1.0
"""Seconds between two questions of one drain: how soon a stop is obeyed, one mail apart."""

log = logging.getLogger(__name__)

_ALL_HELD = text(
    "SELECT EXISTS (SELECT FROM sending_holds WHERE lifted_at IS NULL AND domain IS NULL)"
)


def all_held(session: Session) -> bool:
    """Whether nothing may leave, whatever the domain."""
    return bool(session.scalar(_ALL_HELD))


def may_begin(session: Session, public_url: str, *, now: datetime) -> bool:
    """Whether a drain may begin here: no hold, and this is the installation that sends.

    The first time, this installation is noted as the one that sends. Found to be another's copy,
    all sending is held from then on, until an operator lifts it.
    """
    hold_a_copy(session, public_url, now=now)
    return not all_held(session)


def look_at_holds(db: Database, public_url: str, *, now: datetime) -> list[HoldReason]:
    """Why nothing may leave from here, before a sending by hand; nothing when it may."""
    with db.transaction() as session:
        hold_a_copy(session, public_url, now=now)
        reasons = session.scalars(
            select(SendingHold.reason)
            .where(SendingHold.lifted_at.is_(None), SendingHold.domain.is_(None))
            .order_by(SendingHold.reason)
        )
        return [HoldReason(reason) for reason in reasons]


def hold_a_copy(session: Session, public_url: str, *, now: datetime) -> None:
    """Note the installation that sends, once; hold all sending if this is another."""
    present = present_identity(session, public_url)
    noted = noted_identity(session)
    if noted is None:
        note_first(session, present, now=now)
        noted = noted_identity(session) or present
    differs = differences(noted, present)
    if differs and hold(session, HoldReason.COPY, by=Author.system(), now=now):
        log.error("this database is a copy, all sending is held: %s", ", ".join(differs))


def hold(
    session: Session,
    reason: HoldReason,
    *,
    by: Author,
    now: datetime,
    domain: str | None = None,
) -> bool:
    """Hold all sending, or a domain's; False if it was held already for that reason."""
    row = insert(SendingHold).values(
        reason=reason, domain=domain, since=now, actor_kind=by.kind, actor_id=by.id
    )
    made = session.scalars(row.on_conflict_do_nothing().returning(SendingHold.id))
    return made.one_or_none() is not None
