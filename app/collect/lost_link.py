"""A link is lost: a new one for a mailbox that we know, else a request that a person looks at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.collect.refusals import BadReference
from app.collect.renewal import mail_renewal
from app.db import Database
from app.links.codes import link_of, read_code
from app.links.guesses import TooManyGuesses, What, note, wait_before
from app.messages.drafts import RealAddress
from app.messages.letterhead import Letterhead
from app.messages.suppressions import suppressed
from app.models.contacts import Address, Contact, Link
from app.models.requests import Request
from app.models.territories import Territory
from app.now import paris
from app.panel.mailboxes import mailbox
from app.vocabulary.french_dates import wait_in_words
from app.vocabulary.lanes import lane_of
from app.vocabulary.requests import RequestKind, RequestState
from app.vocabulary.scope import Channel

MOST_OPEN = 5  # requests of one authority that wait, twice as many with its code; others drop
MOST_AT_ONCE = 10  # authorities of one mailbox that gives no reference
BY_CODE = "La personne a donné le code de la lettre."
"""Said to the staff who verify a request."""


@dataclass(frozen=True, slots=True)
class Reference:
    """How the authority was named: nine digits may be both."""

    siren: str | None
    code: str | None


def ask_new_link(
    db: Database,
    *,
    siren_or_code: str,
    email: str,
    letterhead: Letterhead,
    from_hash: str,
    now: datetime,
) -> None:
    """Mail a link that takes over to a mailbox that we know; else keep a request for the staff.

    The caller learns nothing: whatever was asked for, well spelt, it returns alike. Nothing is
    mailed to a mailbox that we do not know. `BadMailbox`, `BadReference` tell of spelling only.
    """
    address, reference = mailbox(email), _reference(siren_or_code)
    with db.transaction() as session:
        wait = wait_before(session, What.RENEWAL, from_hash, now=now)
        if not wait:
            note(session, What.RENEWAL, from_hash, now=now)
            _respond(session, reference, address, letterhead, now)
    if wait:
        raise TooManyGuesses(wait=wait_in_words(wait))


def _reference(typed: str) -> Reference | None:
    """A SIREN, a SIRET (which begins with it) or a letter's code; None when nothing is typed."""
    if not typed.strip():
        return None
    digits = re.sub(r"[\s.\-]", "", typed)
    numeric = digits.isascii() and digits.isdecimal() and len(digits) in (9, 14)
    siren = digits[:9] if numeric and _adds_up(digits[:9]) else None
    code = read_code(typed)
    if siren is None and code is None:
        raise BadReference
    return Reference(siren, code)


def _adds_up(siren: str) -> bool:
    """The check of SIREN numbers (Luhn): most slips of the hand do not pass it."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(siren))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _respond(
    session: Session,
    reference: Reference | None,
    address: str,
    letterhead: Letterhead,
    now: datetime,
) -> None:
    territory_id, words = _named(session, reference, letterhead)
    if reference is not None and territory_id is None:
        return
    mailed = [
        _mail_or_not(session, contact, letterhead, now)
        for contact in _known(session, address, territory_id, letterhead.secret)
    ]
    if territory_id is not None and not any(mailed):
        _keep(session, territory_id, address, words, now)


def _named(
    session: Session, reference: Reference | None, letterhead: Letterhead
) -> tuple[int | None, str | None]:
    """The authority that the reference names, and what the staff should know of it."""
    if reference is None:
        return None, None
    if reference.siren is not None:
        same = or_(Territory.siren == reference.siren, Territory.code == reference.siren)
        found = session.scalar(
            select(Territory.id).where(same, Territory.asked).order_by(Territory.id).limit(1)
        )
        if found is not None:
            return found, None
    link_id = link_of(session, letterhead.signer, reference.code or "")
    if link_id is None:
        return None, None
    return session.scalar(select(Link.territory_id).where(Link.id == link_id)), BY_CODE


def _known(session: Session, address: str, territory_id: int | None, secret: str) -> list[Contact]:
    """The contacts of this mailbox that may be given a whole authority's link.

    Not a colleague's who was handed one theme, unless they coordinate or validate: they would
    hold all nine. The staff decides.
    """
    opens_all = exists().where(
        Link.contact_id == Contact.id, Link.purpose == "answer", Link.revoked_at.is_(None)
    )
    if suppressed(session, [(Channel.EMAIL, address)], secret):
        return []
    found = (
        select(Contact)
        .join(Address, Address.id == Contact.address_id)
        .where(
            Address.channel == Channel.EMAIL,
            func.lower(Address.value) == address.lower(),
            Address.state == "good",
            Contact.stopped_at.is_(None),
            or_(Contact.role != "colleague", opens_all),
        )
        .order_by(Contact.id)
        .limit(MOST_AT_ONCE)
    )
    if territory_id is not None:
        found = found.where(Contact.territory_id == territory_id)
    return list(session.scalars(found))


def _mail_or_not(session: Session, contact: Contact, letterhead: Letterhead, now: datetime) -> bool:
    """In a simulated campaign, a real mailbox is not written to: the staff sees its request."""
    try:
        return mail_renewal(session, contact, letterhead, {}, f"renewal:{paris(now).date()}", now)
    except RealAddress:
        return False


def _keep(
    session: Session, territory_id: int, address: str, words: str | None, now: datetime
) -> None:
    """A request for the staff. Asked again, or when many wait already, nothing is added.

    The number of an authority is public: whoever gives it cannot fill the places of those who
    hold its letter.
    """
    waiting = session.scalars(
        select(func.lower(Address.value))
        .select_from(Request)
        .outerjoin(Address, Address.id == Request.address_id)
        .where(
            Request.territory_id == territory_id,
            Request.kind == RequestKind.NEW_LINK,
            Request.state == RequestState.OPEN,
        )
    ).all()
    most = MOST_OPEN if words is None else 2 * MOST_OPEN
    if address.lower() in waiting or len(waiting) >= most:
        return
    session.add(
        Request(
            territory_id=territory_id,
            kind=RequestKind.NEW_LINK,
            words=words,
            address_id=_address(session, address, now),
            channel=Channel.WEB,
            asked_at=now,
        )
    )


def _address(session: Session, address: str, now: datetime) -> int:
    """The mailbox's row, made without a contact: nothing is ever sent to it."""
    session.execute(
        insert(Address)
        .values(channel=Channel.EMAIL, value=address, lane=lane_of(address), created_at=now)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(Address.id).where(
            Address.channel == Channel.EMAIL, func.lower(Address.value) == address.lower()
        )
    ).one()
