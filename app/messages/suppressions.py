"""Mailboxes never to write to again, and people who ask to be left alone."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.links.preferring import prefer_nowhere, preferred_messengers
from app.models.contacts import Address, Contact, Suppression
from app.vocabulary.articles import of_place
from app.vocabulary.scope import Channel


@dataclass(frozen=True, slots=True)
class Spoken:
    """One authority that the mails with a stop link spoke of.

    `at_rest`: nothing about it comes to this mailbox any more, by its own word or the staff's. A
    mailbox that was only replaced hears nothing either, and may still say it wants nothing more.
    """

    contact_id: int
    name: str
    kind: str
    at_rest: bool

    @property
    def of_name(self) -> str:
        """`d’Ajain`, `de la Creuse`."""
        return of_place(self.name, self.kind)


@dataclass(frozen=True, slots=True)
class MayStop:
    """What a stop link is about: its mailbox, and the authorities by name.

    `messengers`: where its person has what is not at rest come instead; it would stop there too.
    """

    address: str
    spoken: tuple[Spoken, ...]
    messengers: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Which mailbox asked to be left alone, and about which authorities (sorted by name).

    `going_on`: the other authorities of its mails, which it is still written to about.
    `messengers`: where its person had these messages come instead; they stop there as well.
    """

    address: str
    about: tuple[Spoken, ...]
    messengers: tuple[Channel, ...]
    going_on: tuple[Spoken, ...] = ()

    @property
    def territories(self) -> tuple[str, ...]:
        """The names of the authorities that it is left alone about."""
        return tuple(one.name for one in self.about)


def hold_contacts(session: Session, address_id: int) -> None:
    """Lock the contacts of a mailbox, by their id; before the mailbox itself, in the house's order.

    Two people who decide about two authorities of one mailbox then wait, and never for each other.
    """
    theirs = select(Contact.id).where(Contact.address_id == address_id).order_by(Contact.id)
    session.execute(theirs.with_for_update(key_share=True)).all()


def address_hash(secret: str, value: str) -> str:
    """Keyed: an e-mail can be guessed, and a plain hash of it checked."""
    digest = hmac.new(secret.encode(), value.strip().lower().encode(), hashlib.sha256)
    return digest.hexdigest()


def suppress(
    session: Session, address: Address, *, reason: str, secret: str, now: datetime
) -> None:
    """Nothing leaves for this mailbox any more, even if its address is imported again."""
    row = {
        "channel": address.channel,
        "address_hash": address_hash(secret, address.value),
        "reason": reason,
        "since": now,
    }
    session.execute(insert(Suppression).values(row).on_conflict_do_nothing())
    session.execute(
        update(Address)
        .where(Address.id == address.id, Address.state == "good")
        .values(state="stopped")
    )


def suppressed(session: Session, values: Sequence[tuple[str, str]], secret: str) -> set[str]:
    """Which of these (channel, address) are suppressed, by their address in lower case."""
    hashes = {address_hash(secret, value): (channel, value) for channel, value in values}
    found = session.execute(
        select(Suppression.channel, Suppression.address_hash).where(
            Suppression.address_hash == func.any(list(hashes))
        )
    )
    return {
        hashes[row.address_hash][1].lower()
        for row in found
        if hashes[row.address_hash][0] == row.channel
    }


# A message to a shared mailbox speaks of several authorities and holds one link to stop them all:
# the contact of the link, and those that were spoken of together with it.
_TOGETHER = """
    WITH mine AS (
        SELECT contacts.address_id, contacts.territory_id
          FROM links JOIN contacts ON contacts.id = links.contact_id
         WHERE links.id = :link_id AND links.purpose = 'stop'
    ), together AS (
        SELECT others.territory_id
          FROM mine
          JOIN messages ON messages.address_id = mine.address_id
          JOIN message_cases AS own ON own.message_id = messages.id
          JOIN cases AS own_case ON own_case.id = own.case_id
                                AND own_case.territory_id = mine.territory_id
          JOIN message_cases AS other ON other.message_id = messages.id
          JOIN cases AS others ON others.id = other.case_id
        UNION SELECT territory_id FROM mine
    )
"""
_SPOKEN = text(
    _TOGETHER
    + """
    SELECT contacts.id, territories.name, territories.kind,
           contacts.stopped_at IS NULL AS written_to,
           contacts.stopped_at IS NOT NULL
               AND contacts.stopped_because IS DISTINCT FROM 'replaced' AS at_rest
      FROM contacts, mine, territories WHERE contacts.address_id = mine.address_id
       AND contacts.territory_id IN (SELECT territory_id FROM together)
       AND territories.id = contacts.territory_id
     ORDER BY territories.sort_name, territories.id
"""
)
# What is stronger than a word of theirs stays the reason: it says who may take it back.
_STOP = text("""
    UPDATE contacts
       SET stopped_at = coalesce(stopped_at, :now),
           stopped_because = CASE WHEN stopped_because IN ('staff', 'complaint', 'left')
                                  THEN stopped_because ELSE 'asked' END
     WHERE id IN (SELECT id FROM contacts WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE)
""")


def stop(
    db: Database, link_id: UUID, *, now: datetime, only: Collection[int] | None = None
) -> Stopped:
    """Leave this person alone about the authorities that the mailbox's link was sent for.

    `only`: those of these contacts, as its person chose; None for all, which is what a mail
    program asks for. A contact that the link is not about is not touched.

    Whoever asks by mail to be left alone means our messages, wherever they come: a chat that was
    preferred still answers, and hears nothing of its own. Not a refusal: the cases stay open for
    other contacts, and another commune of the same secretary keeps its own. Asked twice, it holds
    once; said by a mailbox that was replaced before, it is the reason from then on.
    """
    with db.transaction() as session:
        rows = session.execute(_SPOKEN, {"link_id": link_id}).all()
        chosen = [row for row in rows if only is None or row.id in only]
        ids = [row.id for row in chosen]
        session.execute(_STOP, {"ids": ids, "now": now})
        messengers = preferred_messengers(session, ids)
        prefer_nowhere(session, ids)
        return Stopped(
            _mailbox_of(session, link_id),
            tuple(Spoken(row.id, row.name, row.kind, at_rest=True) for row in chosen),
            tuple(messengers),
            tuple(
                Spoken(row.id, row.name, row.kind, row.at_rest)
                for row in rows
                if row.written_to and row not in chosen
            ),
        )


def may_stop(session: Session, link_id: UUID) -> MayStop:
    """What `stop` would leave alone, authority by authority; writes nothing."""
    rows = session.execute(_SPOKEN, {"link_id": link_id}).all()
    spoken = tuple(Spoken(row.id, row.name, row.kind, row.at_rest) for row in rows)
    left = [one.contact_id for one in spoken if not one.at_rest]
    messengers = preferred_messengers(session, left)
    return MayStop(_mailbox_of(session, link_id), spoken, tuple(messengers))


_MAILBOX = text("""
    SELECT addresses.value
      FROM links JOIN contacts ON contacts.id = links.contact_id
      JOIN addresses ON addresses.id = contacts.address_id
     WHERE links.id = :link_id
""")


def _mailbox_of(session: Session, link_id: UUID) -> str:
    return str(session.scalar(_MAILBOX, {"link_id": link_id}) or "")
