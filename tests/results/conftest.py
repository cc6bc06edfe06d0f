"""People of the staff, and one small publication."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from app.models.organisations import Organisation, User
from app.results.figures import Figure, NewPublication
from app.results.freeze import freeze
from app.vocabulary.scope import Role, Scope
from tests.world import World

Hire = Callable[..., Scope]


@pytest.fixture
def hire(world: World) -> Hire:
    """Give the staff one more person."""

    def hired(name: str, role: Role = Role.NATIONAL) -> Scope:
        with world.db.transaction() as session:
            organisation = session.scalar(
                insert(Organisation)
                .values(name=f"Organisation de {name}", national=role is Role.NATIONAL)
                .returning(Organisation.id)
            )
            user = session.scalar(
                insert(User)
                .values(
                    email=f"{name.lower()}@staff.invalid",
                    name=name,
                    role=role,
                    organisation_id=organisation,
                    password_hash="unused",
                    active=True,
                    session_stamp=0,
                    created_at=world.now,
                )
                .returning(User.id)
            )
        assert user is not None
        return Scope(user, role, organisation)

    return hired


def figure(
    code: str,
    n: int | None,
    *,
    level: str = "departement",
    theme: str = "inclusion",
    kind: str = "commune",
) -> Figure:
    return Figure(
        theme=theme,
        kind=kind,
        level=level,
        code=code,
        name=f"Lieu {code}",
        sort_name=f"lieu {code}",
        n_asked=40,
        n=n,
        score=None if n is None else 43.4,
        low=None if n is None else 38.0,
        high=None if n is None else 49.0,
        masked_because="few" if n is None else None,
    )


FIGURES = (figure("FR", 17, level="france"), figure("23", 12), figure("87", None))


@pytest.fixture
def draft(world: World) -> int:
    """Figures that nobody has approved yet."""
    with world.db.transaction() as session:
        return freeze(
            session, NewPublication(1, "Automne 2026", True, world.now), list(FIGURES), []
        )
