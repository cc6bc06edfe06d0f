"""Staff scopes for the tests of this room: nobody signs in here."""

from __future__ import annotations

from sqlalchemy import insert

from app.auth.users import create_user
from app.models.organisations import Organisation, OrganisationTerritory
from app.vocabulary.scope import Author, Role, Scope
from tests.world import World

EVERYONE = Scope(0, Role.NATIONAL, None)


def scope_of_opsn(
    world: World, *codes: str, role: Role = Role.OPSN, may_chase: bool = True
) -> Scope:
    """A member of an organisation that these communes joined."""
    members = [world.territory(code).id for code in codes]
    name = f"OPSN de {' '.join(codes)}"
    with world.db.transaction() as session:
        organisation = Organisation(name=name, national=False)
        session.add(organisation)
        session.flush()
        organisation_id = organisation.id
        session.execute(
            insert(OrganisationTerritory),
            [
                {
                    "organisation_id": organisation_id,
                    "territory_id": member,
                    "may_chase": may_chase,
                }
                for member in members
            ],
        )
    user_id = create_user(
        world.db,
        f"agent{organisation_id}@console.invalid",
        "Agent",
        role,
        name,
        "quatre mots sans lien",
        by=Author.system(),
        now=world.now,
    )
    return Scope(user_id, role, organisation_id)
