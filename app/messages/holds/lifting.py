"""Stopping all sending and letting it go again: the stop button, a copy, a domain.

Locks are taken in the house's order: messages, then the hold (as a claim does).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import NotAllowed, Refused
from app.messages.drafts import wake_lanes
from app.messages.holds.domains import REASON
from app.messages.holds.gate import all_held, hold
from app.messages.holds.identity import note, present_identity
from app.messages.holds.read import Hold, live_holds
from app.messages.waiting import waiting_lanes
from app.models.organisations import AuditEntry
from app.models.sending import SendingHold
from app.vocabulary.scope import Author, Right, Scope
from app.vocabulary.sending_holds import HoldReason

R = HoldReason


class NothingHeld(Refused):
    """No such hold: another person may just have lifted it."""

    sentence = "Ces envois ne sont pas arrêtés, ou ne le sont plus. Rechargez la page."
    status = 409


# Those that a claim postponed leave as soon as they may; what else made them wait still does.
_DUE_AGAIN = text("""
    WITH waiting AS MATERIALIZED (
        SELECT messages.id FROM messages JOIN addresses ON addresses.id = messages.address_id
         WHERE messages.state = 'queued' AND messages.last_reason = :reason
           AND messages.next_try_at > :now AND addresses.channel = 'email'
           AND split_part(lower(addresses.value), '@', 2) = :domain
         ORDER BY messages.id FOR NO KEY UPDATE OF messages
    )
    UPDATE messages SET next_try_at = :now, last_reason = NULL
     WHERE id IN (SELECT id FROM waiting)
""")


def stop_sending(db: Database, *, by: Author, now: datetime, scope: Scope | None = None) -> bool:
    """Nothing leaves any more, within seconds; False if somebody had stopped it already.

    `scope` is of who asks in the console; None for who has the machine.
    """
    _must_be_national(scope)
    with db.transaction() as session:
        stopped = hold(session, R.OPERATOR, by=by, now=now)
        if stopped:
            session.add(AuditEntry.of(by, "sending stopped", "all", at=now))
        return stopped


def resume_sending(db: Database, *, by: Author, now: datetime, scope: Scope | None = None) -> None:
    """Take back the stop button. What is due leaves at once, unless this is a copy."""
    _must_be_national(scope)
    with db.transaction() as session:
        if not _lift(session, R.OPERATOR, None, by, now):
            raise NothingHeld
        session.add(AuditEntry.of(by, "sending resumed", "all", at=now))
        _wake(session, now)


def resume_domain(
    db: Database, domain: str, *, by: Author, now: datetime, scope: Scope | None = None
) -> None:
    """Write to this domain again; its messages are due at once."""
    _must_be_national(scope)
    with db.transaction() as session:
        if not lift_domain(session, domain, by=by, now=now):
            raise NothingHeld
        session.add(AuditEntry.of(by, "domain resumed", domain, at=now))
        _wake(session, now)


def release_all(db: Database, public_url: str, *, by: Author, now: datetime) -> list[Hold]:
    """This installation sends from now on: noted as the one, and nothing holds all sending.

    For whoever has the machine. A domain that refuses us stays held: it is not of our making.
    """
    with db.transaction() as session:
        lifted = [one for one in live_holds(session) if one.domain is None]
        note(session, present_identity(session, public_url), now=now)
        for one in lifted:
            _lift(session, one.reason, None, by, now)
            session.add(AuditEntry.of(by, "sending resumed", one.reason, at=now))
        _wake(session, now)
        return lifted


def lift_domain(session: Session, domain: str, *, by: Author, now: datetime) -> bool:
    """A step: this domain's messages are due at once; False if it was not held."""
    session.execute(_DUE_AGAIN, {"domain": domain, "reason": REASON, "now": now})
    return _lift(session, R.DOMAIN, domain, by, now)


def _lift(
    session: Session, reason: HoldReason, domain: str | None, by: Author, now: datetime
) -> bool:
    lifted = session.scalars(
        update(SendingHold)
        .where(
            SendingHold.reason == reason,
            SendingHold.domain.is_not_distinct_from(domain),
            SendingHold.lifted_at.is_(None),
        )
        .values(lifted_at=now, lifted_by_kind=by.kind, lifted_by_id=by.id)
        .returning(SendingHold.id)
    )
    return bool(lifted.all())


def _wake(session: Session, now: datetime) -> None:
    if not all_held(session):
        wake_lanes(session, waiting_lanes(session, now=now))


def _must_be_national(scope: Scope | None) -> None:
    if scope is not None and not scope.may_everywhere(Right.CHASE):
        raise NotAllowed
