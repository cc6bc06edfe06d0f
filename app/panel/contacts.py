"""Contacts: that a mailbox, the unit of sending, may be written to about a territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.db import Database
from app.models.contacts import Address, Contact
from app.models.territories import Territory
from app.now import paris
from app.panel.contacts_file import Fault, Line, read
from app.panel.geography import number
from app.panel.mailboxes import mailbox
from app.panel.postal import Postal, keep_from_file
from app.vocabulary.lanes import lane_of
from app.vocabulary.scope import Channel

ROLE = "mairie"  # when the file does not say


@dataclass(frozen=True, slots=True)
class NewContact:
    """One mailbox for one territory, checked."""

    territory_id: int
    email: str
    name: str | None
    role: str
    origin: str
    as_of: date


@dataclass(frozen=True, slots=True)
class ContactsReport:
    """What an import of contacts kept, and each row it refused with the reason."""

    n_rows: int
    n_added: int
    n_known: int
    faults: tuple[Fault, ...]
    n_postal: int = 0  # postal addresses kept
    n_postal_left: int = 0  # given by the file, and kept as the staff typed them

    def sentences(self) -> list[str]:
        """The report as French lines, faults last, one a line."""
        kept = (
            f"Lignes lues\u00a0: {number(self.n_rows)}, contacts ajoutés\u00a0: "
            f"{number(self.n_added)}, déjà connus\u00a0: {number(self.n_known)}."
        )
        faults = [fault.sentence for fault in self.faults]
        return [kept, *self._postal_sentences(), *faults]

    def _postal_sentences(self) -> list[str]:
        if not self.n_postal + self.n_postal_left:
            return []
        said = f"Adresses postales gardées\u00a0: {number(self.n_postal)}"
        left = f", laissées telles que l’équipe les a saisies\u00a0: {number(self.n_postal_left)}"
        return [f"{said}{left if self.n_postal_left else ''}."]


def add_contact(
    session: Session,
    territory_id: int,
    email: str,
    *,
    name: str | None,
    role: str,
    origin: str,
    as_of: date,
    now: datetime,
) -> Contact:
    """This mailbox may be written to about this territory; the contact, new or known.

    `BadMailbox` when it cannot be an address. A mailbox that serves several territories stays one.
    """
    checked = mailbox(email)
    add_contacts(session, [NewContact(territory_id, checked, name, role, origin, as_of)], now=now)
    return session.scalars(
        select(Contact)
        .join(Address, Address.id == Contact.address_id)
        .where(
            Contact.territory_id == territory_id,
            Address.channel == Channel.EMAIL,
            func.lower(Address.value) == checked.lower(),
        )
    ).one()


def add_contacts(session: Session, new: Sequence[NewContact], *, now: datetime) -> int:
    """The same for many at once, in two statements; how many contacts are new."""
    by_mailbox = {contact.email.lower(): contact for contact in reversed(new)}
    session.execute(
        text(_ADDRESSES),
        {
            "channel": str(Channel.EMAIL),
            "emails": [c.email for c in by_mailbox.values()],
            "names": [c.name for c in by_mailbox.values()],
            "lanes": [lane_of(c.email) for c in by_mailbox.values()],
            "now": now,
        },
    )
    added = session.execute(
        text(_CONTACTS),
        {
            "channel": str(Channel.EMAIL),
            "territories": [c.territory_id for c in new],
            "emails": [c.email for c in new],
            "roles": [c.role for c in new],
            "origins": [c.origin for c in new],
            "dates": [c.as_of for c in new],
        },
    )
    return sum(added.scalars())


def import_contacts(db: Database, file: Path, *, origin: str, now: datetime) -> ContactsReport:
    """Keep the contacts of a CSV file; rows that cannot be kept are told, the others are kept."""
    lines, faults = read(file)
    today = paris(now).date()
    with db.transaction() as session:
        directory = _Directory(session)
        new: list[NewContact] = []
        posted: dict[int, Postal] = {}
        n_kept = 0
        for line in lines:
            found = directory.find(line)
            if isinstance(found, Fault):
                faults.append(found)
                continue
            n_kept += 1
            if line.postal is not None:
                posted[found] = line.postal
            if line.email is not None:
                role = line.role or ROLE
                new.append(NewContact(found, line.email, line.name, role, origin, today))
        n_added = add_contacts(session, new, now=now) if new else 0
        n_postal = keep_from_file(session, posted, as_of=today)
    ordered = tuple(sorted(faults, key=lambda fault: fault.row))
    refused_rows = {fault.row for fault in ordered}
    return ContactsReport(
        n_kept + len(refused_rows),
        n_added,
        len(new) - n_added,
        ordered,
        n_postal,
        len(posted) - n_postal,
    )


class _Directory:
    """The panel's codes, read once for a whole file."""

    def __init__(self, session: Session) -> None:
        self.by_code: dict[str, list[tuple[str, int, str | None]]] = {}
        rows = session.execute(
            select(
                Territory.kind,
                Territory.code,
                Territory.siren,
                Territory.id,
                Territory.not_asked_because,
            ).order_by(Territory.id)
        )
        for kind, code, siren, territory_id, because in rows:
            for known in {code, siren or code}:
                self.by_code.setdefault(known, []).append((kind, territory_id, because))

    def find(self, line: Line) -> int | Fault:
        """The territory's id, or why the row cannot be kept."""
        known = self.by_code.get(line.code, [])
        found = [one for one in known if line.kind is None or one[0] == line.kind]
        if not found:
            what = f"aucune collectivité n’a le code «\u00a0{line.code}\u00a0»"
            return Fault(line.row, "code", what + (" avec ce type" if known else ""))
        if len(found) > 1:
            kinds = " ou ".join(kind for kind, _, _ in found)
            reason = f"le code «\u00a0{line.code}\u00a0» a plusieurs sens, précisez {kinds}"
            return Fault(line.row, "type", reason)
        _, territory_id, because = found[0]
        if because is not None:
            return Fault(line.row, "code", f"cette collectivité n’est pas interrogée, {because}")
        return territory_id


_ADDRESSES = """
INSERT INTO addresses (channel, value, holder_name, lane, created_at)
SELECT :channel, email, name, lane, :now
  FROM unnest(CAST(:emails AS text[]), CAST(:names AS text[]), CAST(:lanes AS text[]))
       AS given (email, name, lane)
 ORDER BY lower(email)
    ON CONFLICT (channel, lower(value)) DO UPDATE
   SET holder_name = coalesce(excluded.holder_name, addresses.holder_name)
 WHERE excluded.holder_name IS DISTINCT FROM addresses.holder_name
   AND excluded.holder_name IS NOT NULL
"""
# A mailbox first met as a colleague's, then known as official, is official: it may be invited.
_CONTACTS = """
INSERT INTO contacts (territory_id, address_id, role, origin, as_of)
SELECT DISTINCT ON (given.territory_id, addresses.id)
       given.territory_id, addresses.id, given.role, given.origin, given.as_of
  FROM unnest(CAST(:territories AS bigint[]), CAST(:emails AS text[]), CAST(:roles AS text[]),
              CAST(:origins AS text[]), CAST(:dates AS date[])) WITH ORDINALITY
       AS given (territory_id, email, role, origin, as_of, rank)
  JOIN addresses ON addresses.channel = :channel AND lower(addresses.value) = lower(given.email)
 ORDER BY given.territory_id, addresses.id, given.role = 'colleague', given.rank
    ON CONFLICT (territory_id, address_id) DO UPDATE
   SET role = excluded.role, origin = excluded.origin, as_of = excluded.as_of
 WHERE contacts.role = 'colleague' AND excluded.role <> 'colleague'
RETURNING xmax = 0 AS added
"""
