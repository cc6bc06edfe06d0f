"""Where an authority's letters go: from the geography, a file of contacts, or the staff.

The one who looked last and closest wins: the staff over a file, a file over the geography, which
knows a commune's postal code and no street.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.models.letters import PostalAddress
from app.models.organisations import AuditEntry
from app.models.scope import must_chase
from app.now import paris
from app.panel.postal_block import MOST_OF_TOWN, MOST_STREET_LINES, capitals, street_lines
from app.vocabulary.scope import Author, Scope

_POSTAL_CODE = re.compile(r"[0-9]{5}")
_TYPED_GAPS = re.compile(r"[\s.]+")


class BadPostalAddress(Refused):
    """The post could not deliver to it."""

    sentence = "Cette adresse postale ne convient pas\u00a0: {why}."


@dataclass(frozen=True, slots=True)
class Postal:
    """Where letters go, checked. `street` may be empty: a small commune needs none."""

    street: str
    postal_code: str
    town: str


def postal(street: str, postal_code: str, town: str) -> Postal:
    """What somebody typed, checked; `BadPostalAddress` says what to mend."""
    street, town = " ".join(street.split()), " ".join(town.split())
    code = _TYPED_GAPS.sub("", postal_code)
    if not _POSTAL_CODE.fullmatch(code):
        raise BadPostalAddress(why="le code postal a cinq chiffres")
    if not capitals(town):
        raise BadPostalAddress(why="indiquez la ville")
    if len(town) > MOST_OF_TOWN + len(" CEDEX 99"):
        raise BadPostalAddress(why="le nom de la ville est trop long pour sa ligne")
    if len(street_lines(street)) > MOST_STREET_LINES:
        raise BadPostalAddress(why="la rue ne tient pas en deux lignes de 38 caractères")
    return Postal(street, code, town)


def set_postal_address(
    db: Database, scope: Scope, by: Author, territory_id: int, given: Postal, *, now: datetime
) -> None:
    """Keep where letters for this authority go, from now on: no import changes it any more."""
    with db.transaction() as session:
        must_chase(session, scope, territory_id)
        row = {
            "street": given.street,
            "postal_code": given.postal_code,
            "town": given.town,
            "origin": "staff",
            "as_of": paris(now).date(),
        }
        session.execute(
            insert(PostalAddress)
            .values(territory_id=territory_id, **row)
            .on_conflict_do_update(index_elements=["territory_id"], set_=row)
        )
        session.add(AuditEntry.of(by, "postal_address_set", f"territory:{territory_id}", at=now))


_FROM_FILE = text("""
    INSERT INTO postal_addresses (territory_id, street, postal_code, town, origin, as_of)
    SELECT given.territory_id, given.street, given.postal_code, given.town, 'csv', :as_of
      FROM unnest(CAST(:territories AS bigint[]), CAST(:streets AS text[]),
                  CAST(:codes AS text[]), CAST(:towns AS text[]))
           AS given (territory_id, street, postal_code, town)
     ORDER BY given.territory_id
        ON CONFLICT (territory_id) DO UPDATE
       SET street = excluded.street, postal_code = excluded.postal_code, town = excluded.town,
           origin = excluded.origin, as_of = excluded.as_of
     WHERE postal_addresses.origin <> 'staff'
    RETURNING territory_id
""")


def keep_from_file(session: Session, given: Mapping[int, Postal], *, as_of: date) -> int:
    """Keep the addresses of a file, by territory id, where the staff gave none; how many."""
    values = {
        "territories": list(given),
        "streets": [one.street for one in given.values()],
        "codes": [one.postal_code for one in given.values()],
        "towns": [one.town for one in given.values()],
        "as_of": as_of,
    }
    return len(session.execute(_FROM_FILE, values).all()) if given else 0
