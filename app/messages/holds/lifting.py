"""Stopping all sending and letting it go again: the stop button, a copy, a domain.

Locks are taken in the house's order: messages by their id, then holds by theirs (as a claim does),
for all domains at once. Domain after domain, a claim that has a message of the second and wants to
know about the first would wait for us, and we for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
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
           AND split_part(lower(addresses.value), '@', 2) = ANY(:domains)
         ORDER BY messages.id FOR NO KEY UPDATE OF messages
    )
    UPDATE messages SET next_try_at = :now, last_reason = NULL
     WHERE id IN (SELECT id FROM waiting)
""")
# By id, so that no two transactions wait for one another.
_LIFT = text("""
    WITH live AS MATERIALIZED (
        SELECT id FROM sending_holds
         WHERE lifted_at IS NULL
           AND (domain = ANY(:domains) OR domain IS NULL AND reason = ANY(:reasons))
         ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE sending_holds SET lifted_at = :now, lifted_by_kind = :by_kind, lifted_by_id = :by_id
     WHERE id IN (SELECT id FROM live) AND lifted_at IS NULL RETURNING reason, domain
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
        if not _lift(session, by, now, reasons=[R.OPERATOR]):
            raise NothingHeld
        session.add(AuditEntry.of(by, "sending resumed", "all", at=now))
        _wake(session, now)


def resume_domain(
    db: Database, domain: str, *, by: Author, now: datetime, scope: Scope | None = None
) -> None:
    """Write to this domain again; its messages are due at once."""
    _must_be_national(scope)
    with db.transaction() as session:
        if not lift_domains(session, [domain], by=by, now=now):
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
        _lift(session, by, now, reasons=[one.reason for one in lifted])
        for one in lifted:
            session.add(AuditEntry.of(by, "sending resumed", one.reason, at=now))
        _wake(session, now)
        return lifted


def lift_domains(
    session: Session, domains: Sequence[str], *, by: Author, now: datetime
) -> tuple[str, ...]:
    """A step: the messages of these domains are due at once; those that were held, sorted."""
    if not domains:
        return ()
    session.execute(_DUE_AGAIN, {"domains": list(domains), "reason": REASON, "now": now})
    return _lift(session, by, now, domains=domains)


def _lift(
    session: Session,
    by: Author,
    now: datetime,
    *,
    domains: Sequence[str] = (),
    reasons: Sequence[HoldReason] = (),
) -> tuple[str, ...]:
    """Lift the holds of these domains, and those of all sending for these reasons; which."""
    lifted = session.execute(
        _LIFT,
        {
            "domains": list(domains),
            "reasons": [str(one) for one in reasons],
            "now": now,
            "by_kind": by.kind,
            "by_id": by.id,
        },
    )
    return tuple(sorted(row.domain or row.reason for row in lifted))


def _wake(session: Session, now: datetime) -> None:
    if not all_held(session):
        wake_lanes(session, waiting_lanes(session, now=now))


def _must_be_national(scope: Scope | None) -> None:
    if scope is not None and not scope.may_everywhere(Right.CHASE):
        raise NotAllowed
