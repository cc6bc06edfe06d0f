"""Whom to write to from now on: a respondent gives us another mailbox of their authority."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.collect.floods import new_contact_occasion, writes_too_often
from app.collect.refusals import (
    AddressNotReachable,
    ChangedTooOften,
    MayNotChangeContact,
    NotAName,
)
from app.collect.standing import Held, look_at_open
from app.db import Database
from app.links.make import Wanted, ensure_links
from app.messages.letterhead import Letterhead
from app.messages.mail_links import ensure_answer_links
from app.messages.outbox import Draft, queue_one
from app.messages.suppressions import suppressed
from app.models.contacts import Address, Contact, Link
from app.models.messages import Message
from app.now import paris
from app.panel.contacts import add_contact
from app.panel.mailboxes import mailbox
from app.vocabulary.scope import Channel, Respondent
from app.vocabulary.stops import StopReason

LONGEST_NAME = 80  # characters
# Letters, with what joins or shortens them; a full stop before a letter would make an address.
_NAME = re.compile(r"(?:[^\W\d_]|[ '’-]|\.(?!\w))+")


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of it. `mailed`: a message leaves; False when it left before, or all is sent.

    `resumed`: the mailbox was the link's own, and had been replaced.
    """

    email: str
    mailed: bool
    replaced: bool
    resumed: bool = False


def change_contact(
    db: Database,
    respondent: Respondent,
    email: str,
    letterhead: Letterhead,
    *,
    name: str | None,
    replaces: bool,
    now: datetime,
) -> Changed:
    """Write to this mailbox too or, if it `replaces`, instead of the one behind this link.

    The new contact is sent its own link, about the themes still open. The former link keeps
    working: with a mistyped address, nothing is lost. `BadMailbox` when the address is none,
    `NotAName` when the name says more than one.
    """
    if not respondent.may_delegate:
        raise MayNotChangeContact
    address, told = mailbox(email), _name(name)
    with db.transaction() as session:
        cases = _open_cases(session, respondent, now)
        former = _contact_behind(session, respondent.link_id)
        if former is not None and former.address.value.lower() == address.lower():
            return _resume(session, former)
        new = _known(session, respondent.territory_id, address, told, now)
        _come_back(session, new, respondent.link_id)
        _check(session, new, letterhead.secret)
        mailed = _write_to(session, new, cases, respondent, letterhead, now)
        replaced = replaces and former is not None
        if former is not None and replaces and former.stopped_at is None:
            former.stopped_at, former.stopped_because = now, StopReason.REPLACED
        return Changed(new.address.value, mailed, replaced)


def last_given(session: Session, link_id: UUID | None) -> str:
    """The mailbox that this link gave us last, as it is kept; empty if none."""
    found = session.scalar(
        select(Address.value)
        .join(Message, Message.address_id == Address.id)
        .where(
            Message.step == "invitation",
            Message.occasion.startswith(f"contact:{link_id}:", autoescape=True),
            Address.erased_at.is_(None),
        )
        .order_by(Message.created_at.desc(), Message.id)
        .limit(1)
    )
    return found or ""


def _open_cases(session: Session, respondent: Respondent, now: datetime) -> list[Held]:
    seen = look_at_open(session, respondent, now=now)
    return [one for one in seen if one.response.submitted_at is None]


def _contact_behind(session: Session, link_id: UUID | None) -> Contact | None:
    return session.scalar(
        select(Contact).join(Link, Link.contact_id == Contact.id).where(Link.id == link_id)
    )


def _resume(session: Session, own: Contact) -> Changed:
    """Write again to the link's own mailbox, if all that stopped it was to be replaced.

    A stop asked for in a mail is the mailbox's own word, and a link may have been forwarded:
    from here, nobody takes that word back.
    """
    resumed = _was_replaced(session, own)
    if own.address.state != "good" or (own.stopped_at is not None and not resumed):
        raise AddressNotReachable
    own.stopped_at, own.stopped_because = None, None
    return Changed(own.address.value, mailed=False, replaced=False, resumed=resumed)


def _come_back(session: Session, known: Contact, link_id: UUID | None) -> None:
    """A mailbox that was replaced is written to again, when somebody whom it named names it."""
    if link_id and _was_replaced(session, known) and _named(session, known, link_id):
        known.stopped_at, known.stopped_because = None, None


def _was_replaced(session: Session, contact: Contact) -> bool:
    """Read under a lock: it may be asking for no more mail at this very moment."""
    session.refresh(contact, ["stopped_at", "stopped_because"], with_for_update=True)
    return contact.stopped_because == StopReason.REPLACED


def _named(session: Session, former: Contact, link_id: UUID) -> bool:
    """Whether a link of this mailbox named the contact that holds that link."""
    theirs = session.scalars(select(Link.id).where(Link.contact_id == former.id)).all()
    named = select(Message.id).where(
        Message.step == "invitation",
        Message.occasion.in_([new_contact_occasion(one, link_id) for one in theirs]),
    )
    return session.scalar(named.limit(1)) is not None


def _known(session: Session, territory_id: int, address: str, name: str, now: datetime) -> Contact:
    """The contact, new or known; a name that we know already is not changed from a link."""
    holder = session.scalar(
        select(Address.holder_name).where(
            Address.channel == Channel.EMAIL, func.lower(Address.value) == address.lower()
        )
    )
    return add_contact(
        session,
        territory_id,
        address,
        name=(name or None) if holder is None else None,
        role="mairie",
        origin="respondent",
        as_of=paris(now).date(),
        now=now,
    )


def _name(typed: str | None) -> str:
    """The name as it is kept. It is told in mails to people whom its bearer chooses: no address,
    number or invisible sign may pass for our own words."""
    name = " ".join(unicodedata.normalize("NFC", typed or "").replace("\0", "").split())
    if name and (len(name) > LONGEST_NAME or not _NAME.fullmatch(name)):
        raise NotAName
    return name


def _check(session: Session, new: Contact, secret: str) -> None:
    """Whoever asked to be left alone stays so, whatever a colleague says."""
    never = suppressed(session, [(new.address.channel, new.address.value)], secret)
    if new.stopped_at is not None or new.address.state != "good" or never:
        raise AddressNotReachable


def _write_to(
    session: Session,
    new: Contact,
    cases: list[Held],
    respondent: Respondent,
    letterhead: Letterhead,
    now: datetime,
) -> bool:
    """Queue the new contact's message, once a wave; nothing leaves when nothing is left to do."""
    key_id, held = letterhead.signer.key_id, (respondent.territory_id, new.id)
    ensure_answer_links(session, [held], key_id=key_id, now=now)
    wanted = Wanted("answer", *held)
    link_id = ensure_links(session, [wanted], key_id=key_id, now=now)[wanted]
    occasion = new_contact_occasion(respondent.link_id, link_id)
    if not cases or _already(session, new, cases[0].case.wave_id, occasion):
        return False
    if writes_too_often(session, respondent.territory_id, new.address_id, now=now):
        raise ChangedTooOften
    draft = Draft(
        address_id=new.address_id,
        wave_id=cases[0].case.wave_id,
        step="invitation",
        occasion=occasion,
        case_ids=tuple(one.case.id for one in cases),
        link_id=link_id,
        # Asked for by the authority itself: a theme already begun is spoken of as well.
        details={"asked_for": True},
        not_before=now,
    )
    return queue_one(session, draft) is not None


def _already(session: Session, new: Contact, wave_id: int, occasion: str) -> bool:
    found = select(func.count()).where(
        Message.address_id == new.address_id,
        Message.wave_id == wave_id,
        Message.step == "invitation",
        Message.occasion == occasion,
    )
    return bool(session.scalar(found))
