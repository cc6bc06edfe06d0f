"""A mailbox whose person told the staff to write no more, for ever; and taking that back.

Somebody calls, or answers one of our mails: no link of ours was pressed, and it counts as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Hidden, Refused
from app.links.preferring import prefer_nowhere
from app.messages.suppressions import address_hash, hold_contacts, suppress, suppressed
from app.models.contacts import Address, Contact, Suppression
from app.models.organisations import AuditEntry
from app.models.scope import must_chase
from app.vocabulary.scope import Author, Scope
from app.vocabulary.stops import MAY_COME_BACK, StopReason


class StaysLeftAlone(Refused):
    """What stopped this mailbox is not for the staff to take back, or stops it no more."""

    sentence = (
        "Nous ne pouvons pas rétablir les messages de cette boîte. Rechargez la page pour voir "
        "pourquoi, ou demandez une autre adresse à la collectivité."
    )
    status = 409


def never_write_again(
    db: Database, scope: Scope, by: Author, contact_id: int, secret: str, *, now: datetime
) -> bool:
    """Nothing is sent to this contact's mailbox any more; False if nothing was already.

    About every authority that shares it, ours to chase or not: it is a person who asked, and
    they told whoever they had on the line (GDPR, article 21). Not a refusal: the cases stay open,
    the links still answer, and an import of the same address changes nothing.
    """
    with db.transaction() as session:
        contact = _chased(session, scope, contact_id)
        address = contact.address
        if address.erased_at is not None:
            raise Hidden
        if suppressed(session, [(address.channel, address.value)], secret):
            return False
        stopped = leave_mailbox_alone(session, address, StopReason.STAFF, secret=secret, now=now)
        session.add(_trace("mailbox_left_alone", contact, by, now, contacts=list(stopped)))
        return True


def write_again(
    db: Database, scope: Scope, by: Author, contact_id: int, secret: str, *, now: datetime
) -> None:
    """This mailbox is written to again about this authority, because its person asked for it.

    About the others it stays as it is. Even whoever reported our mails as unwanted may come back:
    a button pressed by mistake. `StaysLeftAlone` for what was not theirs to ask, such as having
    left the authority.
    """
    with db.transaction() as session:
        contact = _chased(session, scope, contact_id)
        address = contact.address
        if contact.stopped_at is None or contact.stopped_because not in MAY_COME_BACK:
            raise StaysLeftAlone
        _lift(session, address, secret)
        contact.stopped_at, contact.stopped_because = None, None
        session.add(_trace("mailbox_written_again", contact, by, now))


def leave_mailbox_alone(
    session: Session, address: Address, because: StopReason, *, secret: str, now: datetime
) -> Sequence[int]:
    """Nothing comes to this mailbox nor to its chats, about any authority. A step; its contacts."""
    hold_contacts(session, address.id)
    stopped = session.scalars(
        update(Contact)
        .where(Contact.address_id == address.id)
        .values(stopped_at=func.coalesce(Contact.stopped_at, now), stopped_because=because)
        .returning(Contact.id)
        .execution_options(synchronize_session=False)
    ).all()
    prefer_nowhere(session, stopped)
    suppress(session, address, reason=because, secret=secret, now=now)
    return sorted(stopped)


def _chased(session: Session, scope: Scope, contact_id: int) -> Contact:
    """The contact, locked with those of its mailbox, if its authority is this scope's to chase."""
    address_id = session.scalar(select(Contact.address_id).where(Contact.id == contact_id))
    if address_id is None:
        raise Hidden
    hold_contacts(session, address_id)
    found = session.get_one(Contact, contact_id)
    must_chase(session, scope, found.territory_id)
    return found


def _lift(session: Session, address: Address, secret: str) -> None:
    """What the staff or a complaint closed opens again; closed for another reason, it stays so."""
    lifted = session.scalar(
        delete(Suppression)
        .where(
            Suppression.channel == address.channel,
            Suppression.address_hash == address_hash(secret, address.value),
            Suppression.reason.in_((StopReason.STAFF, StopReason.COMPLAINT)),
        )
        .returning(Suppression.reason)
    )
    if lifted is not None and address.state == "stopped":
        address.state = "good"
    if address.state in ("stopped", "erased"):
        raise StaysLeftAlone
    if suppressed(session, [(address.channel, address.value)], secret):
        raise StaysLeftAlone


def _trace(
    action: str, contact: Contact, by: Author, now: datetime, **details: object
) -> AuditEntry:
    return AuditEntry.of(
        by,
        action,
        f"address:{contact.address_id}",
        {"territory": contact.territory_id, **details},
        at=now,
    )
