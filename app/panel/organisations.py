"""Organisations of the staff, and the authorities each one follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.models.organisations import Organisation
from app.models.territories import Place


class OrganisationExists(Refused):
    """The name is taken."""

    sentence = "L’organisation «\u00a0{name}\u00a0» existe déjà. Choisissez un autre nom."


class UnknownDepartement(Refused):
    """No département has this code."""

    sentence = (
        "Le département «\u00a0{code}\u00a0» n’existe pas. "
        "Indiquez son code, par exemple 23, 2A ou 971."
    )


@dataclass(frozen=True, slots=True)
class Made:
    """An organisation that was just made, and how many authorities it follows."""

    id: int
    n_territories: int


def create_organisation(
    db: Database, name: str, *, national: bool, departements: Sequence[str]
) -> Made:
    """Make an organisation that follows every asked authority of these départements.

    Member lists correct this afterwards: several OPSN may share a département.
    """
    with db.transaction() as session:
        if session.scalar(select(Organisation.id).where(Organisation.name == name)):
            raise OrganisationExists(name=name)
        for code in departements:
            departement(session, code)
        organisation = Organisation(name=name, national=national)
        session.add(organisation)
        session.flush()
        followed = session.execute(
            text(_FOLLOW), {"organisation": organisation.id, "codes": list(departements)}
        )
        return Made(organisation.id, len(followed.all()))


def departement(session: Session, code: str) -> Place:
    """The département of that code as a place; `UnknownDepartement` if there is none."""
    found = session.get(Place, ("departement", code.strip().upper()))
    if found is None:
        raise UnknownDepartement(code=code)
    return found


_FOLLOW = """
INSERT INTO organisation_territories (organisation_id, territory_id, may_chase)
SELECT DISTINCT CAST(:organisation AS bigint), t.id, true
  FROM territories t JOIN territory_departements d ON d.territory_id = t.id
 WHERE t.asked AND d.departement_code = ANY (CAST(:codes AS text[]))
 ORDER BY t.id
RETURNING territory_id
"""
