"""The demo's staff and mailboxes: who may sign in, and which addresses are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.users import create_user
from app.cli.demo.people import Authority, Person
from app.cli.demo.shown import AICHA, PASSWORD
from app.db import Database
from app.models.territories import Territory, TerritoryDepartement
from app.now import paris
from app.panel.contacts import NewContact, add_contacts
from app.panel.organisations import create_organisation
from app.vocabulary.scope import Author, Role, Scope

ORIGIN = "simulated"


@dataclass(frozen=True, slots=True)
class Staff:
    """The two who publish."""

    first: Scope
    second: Scope


def hire(db: Database, departement: str, place: str, *, now: datetime) -> Staff:
    """Aïcha and Élodie for the whole country, Bruno for the département."""
    dinum = create_organisation(db, "DINUM", national=True, departements=())
    declic = create_organisation(db, "Déclic", national=True, departements=())
    operator = f"Opérateur numérique de démonstration, {place}"
    create_organisation(db, operator, national=False, departements=[departement])

    def account(email: str, name: str, role: Role, organisation: str) -> int:
        return create_user(
            db, email, name, role, organisation, PASSWORD, by=Author.system(), now=now
        )

    aicha = account(AICHA, "Aïcha Benali", Role.ADMINISTRATOR, "DINUM")
    elodie = account("elodie@declic.invalid", "Élodie Martin", Role.NATIONAL, "Déclic")
    account("bruno@opsn.invalid", "Bruno Lefort", Role.OPSN, operator)
    return Staff(
        Scope(aicha, Role.ADMINISTRATOR, dinum.id), Scope(elodie, Role.NATIONAL, declic.id)
    )


def authorities_of(session: Session, departement: str) -> list[Authority]:
    """The asked authorities that lie in a département, in the order of their names."""
    found = session.scalars(
        select(Territory)
        .join(TerritoryDepartement, TerritoryDepartement.territory_id == Territory.id)
        .where(TerritoryDepartement.departement_code == departement, Territory.asked)
        .order_by(Territory.kind, Territory.sort_name, Territory.id)
    )
    return [Authority(t.id, t.kind, t.code, t.name, t.population) for t in found]


def give_addresses(db: Database, people: Sequence[Person], *, now: datetime) -> int:
    """Make the mailboxes of these people known; how many contacts."""
    contacts = [
        NewContact(
            person.authority.territory_id,
            person.email,
            person.name,
            "mairie" if person.authority.kind == "commune" else "siège",
            ORIGIN,
            paris(now).date(),
        )
        for person in people
    ]
    with db.transaction() as session:
        return add_contacts(session, contacts, now=now)
