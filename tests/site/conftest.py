"""The public site, over a publication written by hand."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.main import create_app
from app.results.figures import Figure, NewPublication
from app.results.freeze import freeze
from tests.world import World


def figure(
    level: str,
    code: str,
    name: str,
    n: int | None,
    score: float = 43.4,
    *,
    theme: str = "inclusion",
    kind: str = "commune",
    margin: float = 4.0,
    because: str = "few",
) -> Figure:
    return Figure(
        theme=theme,
        kind=kind,
        level=level,
        code=code,
        name=name,
        sort_name=name.lower().replace("é", "e"),
        n_asked=247,
        n=n,
        score=None if n is None else score,
        low=None if n is None else score - margin,
        high=None if n is None else score + margin,
        masked_because=because if n is None else None,
    )


FIGURES = (
    figure("france", "FR", "France", 2412),
    figure("france", "FR", "France", None, theme="cybersecurite"),
    figure("france", "FR", "France", 60, 71.2, kind="departement"),
    figure("stratum", "0-499", "moins de 500 habitants", 604, 31.0),
    figure("region", "75", "Nouvelle-Aquitaine", 296),
    figure("departement", "23", "Creuse", 112, 48.0),
    figure("departement", "01", "Ain", 9, 60.0, margin=14),
    figure("departement", "87", "Haute-Vienne", None),
    figure("departement", "19", "Corrèze", None, because="secondary"),
    figure("peers", "75|0-499", "Nouvelle-Aquitaine, moins de 500 habitants", 33),
)


@pytest.fixture
def browser(world: World) -> FlaskClient:
    """Nobody in particular, on the public site."""
    return create_app(world.house).test_client()


def write(world: World, *, simulated: bool, approved: bool = True) -> int:
    """A publication with these figures, approved by two."""
    with world.db.transaction() as session:
        new = NewPublication(1, "Automne 2026", simulated, world.now)
        publication_id = freeze(session, new, list(FIGURES), [])
        if approved:
            session.execute(
                text(
                    "UPDATE published.publications SET first_approval_by = 1, "
                    "second_approval_by = 2, first_approval_at = :now, "
                    "second_approval_at = :now, approved_at = :now WHERE id = :id"
                ),
                {"now": world.now, "id": publication_id},
            )
    return publication_id


@pytest.fixture
def published(world: World) -> int:
    return write(world, simulated=True)
