"""A wave that people answered, and its publication."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import insert

from app.collect.entries import Entry
from app.collect.save import save
from app.collect.submit import submit
from app.interview.conditions import Profile
from app.models.organisations import User
from app.results.approve import approve
from app.vocabulary.scope import Role, Scope
from reports.computing import compute
from tests.reports.examples import values
from tests.world import World

CREUSE = ("23096", "23008", "23176", "23245", "23002", "23013", "23021", "23029", "23033")
HAUTE_VIENNE = ("87001", "87003")

HandIn = Callable[..., None]
Publish = Callable[[], int]


@pytest.fixture
def hand_in(world: World) -> HandIn:
    """Answer whole themes and hand them in; `lost` questions of each cost points."""
    world.open_wave()

    def handed_in(codes: Iterable[str], *themes: str, lost: int = 4) -> None:
        for code in codes:
            territory = world.territory(code)
            respondent = world.respondent(code)
            profile = Profile(territory.kind, territory.population)
            for theme in themes or ("inclusion",):
                entries = [Entry(q, v) for q, v in values(theme, profile, lost).items()]
                saved = save(
                    world.db, respondent, theme, entries, source=f"form:{code}", now=world.now
                )
                assert len(saved.kept) == len(entries)
                submit(world.db, respondent, theme, world.letterhead, now=world.now)

    return handed_in


def approved(world: World, publication_id: int) -> int:
    """Two people of the national team approve."""
    for name in ("aicha", "karim"):
        with world.db.transaction() as session:
            person = session.scalar(
                insert(User)
                .values(
                    email=f"{name}{publication_id}@staff.invalid",
                    name=name,
                    role=Role.NATIONAL,
                    password_hash="unused",
                    active=True,
                    session_stamp=0,
                    created_at=world.now,
                )
                .returning(User.id)
            )
        assert person is not None
        scope = Scope(person, Role.NATIONAL, None)
        approve(world.db, publication_id, scope, by=person, now=world.now)
    return publication_id


@pytest.fixture
def publish(world: World) -> Publish:
    """Compute the wave and have it approved."""

    def published() -> int:
        publication_id = compute(
            world.db, world.wave_id, title="Première vague", now=world.days_pass(20)
        )
        return approved(world, publication_id)

    return published
