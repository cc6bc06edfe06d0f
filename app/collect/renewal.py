"""A new link is mailed; what the staff decides about mailboxes that we did not know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select, text
from sqlalchemy.orm import Session

from app.collect.refusals import MailboxLeftAlone, NothingToRenew, NotTheirContact
from app.collect.requests import decide, held_request
from app.collect.standing import current_wave
from app.db import Database
from app.errors import Hidden
from app.links.make import Wanted, ensure_links
from app.messages.letterhead import Letterhead
from app.messages.mail_links import ensure_stop_links
from app.messages.outbox import Draft, queue_one
from app.messages.suppressions import suppressed
from app.models.cases import Case
from app.models.contacts import Contact
from app.models.organisations import AuditEntry
from app.models.requests import Request
from app.now import paris
from app.panel.contacts import add_contact
from app.vocabulary.requests import RequestKind, RequestState
from app.vocabulary.scope import Author, Scope
from app.vocabulary.stops import StopReason

RENEW = "renew"
"""The purpose of a link that takes over; it answers nothing by itself."""


def accept_request(
    db: Database,
    scope: Scope,
    by: Author,
    request_id: int,
    letterhead: Letterhead,
    *,
    replaces: int | None,
    now: datetime,
) -> None:
    """The mailbox becomes a contact and is mailed a link that takes over.

    `replaces`: a contact of the same authority who left; it is written to no more, and its links
    are revoked when the new contact takes over, not before.
    """
    with db.transaction() as session:
        asked = _held_new_link(session, scope, request_id)
        contact = _welcomed(session, asked, letterhead.secret, now)
        details = {"request": asked.id}
        if replaces is not None:
            _leave(session, replaces, contact, asked, by, now)
            details["replaces"] = replaces
        occasion = f"renewal:request:{asked.id}"
        if not mail_renewal(session, contact, letterhead, details, occasion, now):
            raise NothingToRenew
        decide(session, asked, scope, by, RequestState.DONE, now=now)


def refuse_request(
    db: Database, scope: Scope, by: Author, request_id: int, *, now: datetime
) -> None:
    """Nothing is sent; the mailbox is forgotten unless it serves elsewhere."""
    with db.transaction() as session:
        asked = _held_new_link(session, scope, request_id)
        decide(session, asked, scope, by, RequestState.REFUSED, now=now)
        session.flush()
        serves = select(
            or_(
                exists().where(Contact.address_id == asked.address_id),
                exists().where(
                    Request.address_id == asked.address_id, Request.state == RequestState.OPEN
                ),
            )
        )
        if asked.address_id is not None and not session.scalar(serves):
            forgotten = {"address": asked.address_id, "now": now}
            session.execute(text("SELECT forget(:address, :now)"), forgotten)


def mail_renewal(
    session: Session,
    contact: Contact,
    letterhead: Letterhead,
    details: Mapping[str, Any],
    occasion: str,
    now: datetime,
) -> bool:
    """Queue the message of a link that takes over; False when no wave has asked anything yet.

    Once an occasion for a link: asked twice in a day, it leaves once; used up, another may leave.
    """
    cases = session.execute(_cases(contact.territory_id)).all()
    if not cases:
        return False
    key_id = letterhead.signer.key_id
    wanted = Wanted(RENEW, contact.territory_id, contact.id)
    link_id = ensure_links(session, [wanted], key_id=key_id, now=now)[wanted]
    ensure_stop_links(session, [(contact.territory_id, contact.id)], key_id=key_id, now=now)
    draft = Draft(
        address_id=contact.address_id,
        wave_id=cases[0].wave_id,
        step="renewal",
        occasion=f"{occasion}:{link_id}",
        case_ids=tuple(case.id for case in cases),
        link_id=link_id,
        details=dict(details),
        not_before=now,
    )
    queue_one(session, draft)
    return True


def _cases(territory_id: int) -> Select[int, int]:
    return (
        select(Case.id, Case.wave_id)
        .where(
            Case.territory_id == territory_id,
            Case.wave_id == current_wave(Case.territory_id).scalar_subquery(),
        )
        .order_by(Case.id)
    )


def _held_new_link(session: Session, scope: Scope, request_id: int) -> Request:
    asked = held_request(session, scope, request_id)
    if asked.kind != RequestKind.NEW_LINK:
        raise Hidden
    return asked


def _welcomed(session: Session, asked: Request, secret: str, now: datetime) -> Contact:
    """The mailbox as a contact; whoever asked to be left alone stays so."""
    address = asked.address
    if (
        address is None
        or address.state != "good"
        or suppressed(session, [(address.channel, address.value)], secret)
    ):
        raise MailboxLeftAlone
    contact = add_contact(
        session,
        asked.territory_id,
        address.value,
        name=None,
        role="mairie",
        origin="respondent",
        as_of=paris(now).date(),
        now=now,
    )
    if contact.stopped_at is not None:
        raise MailboxLeftAlone
    return contact


def _leave(
    session: Session, replaced_id: int, new: Contact, asked: Request, by: Author, now: datetime
) -> None:
    """The contact who left is written to no more."""
    former = session.scalar(
        select(Contact)
        .where(Contact.id == replaced_id, Contact.territory_id == asked.territory_id)
        .with_for_update()
    )
    if former is None or former.id == new.id:
        raise NotTheirContact
    if former.stopped_at is None or former.stopped_because == StopReason.REPLACED:
        # Otherwise what was said before holds: a stop that was asked for stays one.
        former.stopped_because = StopReason.LEFT
    former.stopped_at = former.stopped_at or now
    session.add(
        AuditEntry.of(
            by,
            "contact_replaced",
            f"contact:{former.id}",
            {"territory": asked.territory_id, "with": new.id, "request": asked.id},
            at=now,
        )
    )
