"""Mending a mailbox that took no mail: another one is found, or it works again.

Whoever could not be reached is invited at once: that is what the address was mended for. So is a
mailbox that replaces another, about all that is not handed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.cases.waves import open_waves
from app.db import Database
from app.errors import Hidden, NotAllowed, Refused
from app.messages.letterhead import Letterhead
from app.messages.mail_links import ensure_answer_links
from app.messages.outbox import Draft, queue_many
from app.messages.suppressions import hold_contacts, suppressed
from app.messages.to_mend import UNREACHED
from app.models.cases import Case
from app.models.contacts import Address, Contact
from app.models.organisations import AuditEntry
from app.models.requests import Request
from app.models.scope import visible_to
from app.now import paris
from app.panel.contacts import add_contact
from app.panel.mailboxes import mailbox
from app.vocabulary.dispositions import D
from app.vocabulary.requests import RequestKind, RequestState
from app.vocabulary.scope import Author, Right, Scope
from app.vocabulary.stops import StopReason

ORIGIN = "staff"
REPLACED, WORKS_AGAIN = "address_replaced", "address_works_again"
# A mailbox put in the place of another heard of nothing yet, and reminders follow an invitation.
_TO_ASK = {REPLACED: (*UNREACHED, D.INVITED, D.STARTED), WORKS_AGAIN: UNREACHED}


class NothingToMend(Refused):
    """Somebody else has mended it, or the person asked to be left alone meanwhile."""

    sentence = (
        "Cette adresse n’est plus à corriger. Rechargez la page pour voir celles qui restent."
    )
    status = 409


class SameMailbox(Refused):
    """The new mailbox is the one that takes no mail."""

    sentence = (
        "C’est l’adresse qui rejette nos messages. Donnez-en une autre, ou dites que celle-ci "
        "fonctionne de nouveau."
    )


class NewMailboxClosed(Refused):
    """The new mailbox takes no mail either, or asked to be left alone."""

    sentence = (
        "Cette boîte rejette nos messages ou demande à ne plus en recevoir. Donnez-en une autre."
    )


@dataclass(frozen=True, slots=True)
class Mended:
    """What it did: authorities that have a mailbox again, and invitations that leave."""

    n_authorities: int
    n_invited: int


def replace_mailbox(
    db: Database,
    scope: Scope,
    by: Author,
    address_id: int,
    email: str,
    letterhead: Letterhead,
    *,
    now: datetime,
) -> Mended:
    """Write to this mailbox instead, about the authorities of the former that are ours to chase.

    `BadMailbox` when it cannot be an address. The links that the former one was sent stay good.
    """
    checked = mailbox(email)
    with db.transaction() as session:
        former = _held(session, scope, address_id)
        if former.value.lower() == checked.lower():
            raise SameMailbox
        theirs = _contacts(session, address_id, scope)
        found = [_found(session, one, checked, letterhead.secret, now) for one in theirs]
        for one in theirs:
            one.stopped_at, one.stopped_because = now, StopReason.REPLACED
        return _mended(session, scope, by, REPLACED, former, found, letterhead, now)


def works_again(
    db: Database,
    scope: Scope,
    by: Author,
    address_id: int,
    letterhead: Letterhead,
    *,
    now: datetime,
) -> Mended:
    """The mailbox takes mail again: for every authority that shares it, for it is one mailbox.

    Those that are ours to chase are invited; what is asked about the others stays for their staff.
    """
    with db.transaction() as session:
        former = _held(session, scope, address_id)
        former.state = "good"
        theirs = _contacts(session, address_id, scope)
        return _mended(session, scope, by, WORKS_AGAIN, former, theirs, letterhead, now)


def _held(session: Session, scope: Scope, address_id: int) -> Address:
    """The mailbox, locked, if one of its authorities is this scope's to chase."""

    def seen(right: Right) -> bool:
        asked = select(func.count()).where(
            Contact.address_id == address_id, Contact.territory_id.in_(visible_to(scope, right))
        )
        return bool(session.scalar(asked))

    if not seen(Right.READ):
        raise Hidden
    if not seen(Right.CHASE):
        raise NotAllowed
    hold_contacts(session, address_id)
    held = session.get_one(Address, address_id, with_for_update={"key_share": True})
    if held.state != "bouncing" and not _still_asked(session, scope, held):
        raise NothingToMend
    return held


def _still_asked(session: Session, scope: Scope, held: Address) -> bool:
    """Others who share this mailbox said that it works again; ours were not invited."""
    if held.state != "good":
        return False
    asked = select(func.count()).where(
        Request.kind == RequestKind.NEW_ADDRESS,
        Request.address_id == held.id,
        Request.state == RequestState.OPEN,
        Request.territory_id.in_(visible_to(scope, Right.CHASE)),
    )
    return bool(session.scalar(asked))


def _contacts(session: Session, address_id: int, scope: Scope) -> list[Contact]:
    asked = select(Contact).where(
        Contact.address_id == address_id,
        Contact.stopped_at.is_(None),
        Contact.role != "colleague",
        Contact.territory_id.in_(visible_to(scope, Right.CHASE)),
    )
    return list(session.scalars(asked.order_by(Contact.territory_id)))


def _found(session: Session, former: Contact, email: str, secret: str, now: datetime) -> Contact:
    found = add_contact(
        session,
        former.territory_id,
        email,
        name=None,
        role=former.role,
        origin=ORIGIN,
        as_of=paris(now).date(),
        now=now,
    )
    never = suppressed(session, [(found.address.channel, found.address.value)], secret)
    if found.stopped_at is not None or found.address.state != "good" or never:
        raise NewMailboxClosed
    return found


def _mended(
    session: Session,
    scope: Scope,
    by: Author,
    action: str,
    former: Address,
    contacts: Sequence[Contact],
    letterhead: Letterhead,
    now: datetime,
) -> Mended:
    """Invite who was not reached, settle what was asked of the staff, keep who did it."""
    territories = [one.territory_id for one in contacts]
    session.execute(
        update(Request)
        .where(
            Request.kind == RequestKind.NEW_ADDRESS,
            Request.address_id == former.id,
            Request.territory_id.in_(territories),
            Request.state == RequestState.OPEN,
        )
        .values(state=RequestState.DONE, decided_at=now, decided_by=scope.user_id)
    )
    session.add(
        AuditEntry.of(by, action, f"address:{former.id}", {"territories": territories}, at=now)
    )
    session.flush()
    return Mended(len(contacts), _invite(session, action, former, contacts, letterhead, now))


def _invite(
    session: Session,
    action: str,
    former: Address,
    contacts: Sequence[Contact],
    letterhead: Letterhead,
    now: datetime,
) -> int:
    """One invitation a wave, about all that the mailbox is still to be asked; how many."""
    unreached = session.execute(
        select(Case.wave_id, Case.id)
        .where(
            Case.territory_id.in_([one.territory_id for one in contacts]),
            Case.wave_id.in_(open_waves(session, now)),
            Case.disposition.in_(_TO_ASK[action]),
        )
        .order_by(Case.wave_id, Case.id)
    )
    by_wave: dict[int, list[int]] = defaultdict(list)
    for wave_id, case_id in unreached:
        by_wave[wave_id].append(case_id)
    if by_wave:
        key_id = letterhead.signer.key_id
        pairs = [(one.territory_id, one.id) for one in contacts]
        ensure_answer_links(session, pairs, key_id=key_id, now=now)
    drafts = [
        Draft(
            address_id=contacts[0].address_id,
            wave_id=wave_id,
            step="invitation",
            occasion=f"mended:{former.id}:{now:%Y-%m-%dT%H:%M}",
            case_ids=tuple(case_ids),
            not_before=now,
            details={"replaces": True} if action == REPLACED else {},
        )
        for wave_id, case_ids in by_wave.items()
    ]
    return queue_many(session, drafts)
