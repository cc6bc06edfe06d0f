"""Mailboxes never to write to again, and people who ask to be left alone."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.models.contacts import Address, Suppression


@dataclass(frozen=True, slots=True)
class Stopped:
    """Which mailbox asked to be left alone, and about which authorities (their names, sorted)."""

    address: str
    territories: tuple[str, ...]


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
_CONCERNED = text(
    _TOGETHER
    + """
    SELECT territories.sort_name, territories.name
      FROM contacts, mine, territories WHERE contacts.address_id = mine.address_id
       AND contacts.territory_id IN (SELECT territory_id FROM together)
       AND territories.id = contacts.territory_id
"""
)
_STOP = text(
    _TOGETHER
    + """
    UPDATE contacts SET stopped_at = coalesce(contacts.stopped_at, :now), stopped_because = 'asked'
      FROM mine, territories WHERE contacts.address_id = mine.address_id
       AND contacts.territory_id IN (SELECT territory_id FROM together)
       AND territories.id = contacts.territory_id
    RETURNING territories.sort_name, territories.name
"""
)


def stop(db: Database, link_id: UUID, *, now: datetime) -> Stopped:
    """Leave this mailbox alone about the authorities that its link was sent for.

    Not a refusal: the cases stay open for other contacts, and another commune of the same
    secretary keeps its own. Asked twice, it holds once; said by a mailbox that was replaced
    before, it is the reason from then on.
    """
    with db.transaction() as session:
        stopped = session.execute(_STOP, {"link_id": link_id, "now": now}).all()
        return _told(session, link_id, stopped)


def would_stop(session: Session, link_id: UUID) -> Stopped:
    """What `stop` would leave alone; writes nothing."""
    return _told(session, link_id, session.execute(_CONCERNED, {"link_id": link_id}).all())


def _told(session: Session, link_id: UUID, rows: Sequence[Row[Any]]) -> Stopped:
    names = tuple(row.name for row in sorted(rows, key=lambda row: row.sort_name))
    return Stopped(_mailbox_of(session, link_id), names)


_MAILBOX = text("""
    SELECT addresses.value
      FROM links JOIN contacts ON contacts.id = links.contact_id
      JOIN addresses ON addresses.id = contacts.address_id
     WHERE links.id = :link_id
""")


def _mailbox_of(session: Session, link_id: UUID) -> str:
    return str(session.scalar(_MAILBOX, {"link_id": link_id}) or "")
