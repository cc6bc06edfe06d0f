"""When each theme is asked, as the public pages tell it."""

from __future__ import annotations

from datetime import UTC, datetime

from app.campaigns.asked import asking
from app.campaigns.changes import extend_wave
from app.campaigns.control import create_campaign
from app.vocabulary.scope import Author
from app.vocabulary.themes import THEMES
from tests.world import World


def told(world: World) -> dict[str, tuple[bool, bool]]:
    """Theme → open now, simulated."""
    with world.db.reading() as session:
        found = asking(session, now=world.now)
    return {theme: (one.is_open, one.simulated) for theme, one in found.items()}


def test_without_a_campaign_nothing_is_asked(world: World) -> None:
    assert told(world) == {}


def test_three_themes_are_asked_now_and_six_are_planned(world: World) -> None:
    world.open_wave()

    with world.db.reading() as session:
        found = asking(session, now=world.now)

    assert [found[theme.code].is_open for theme in THEMES] == [True] * 3 + [False] * 6
    assert found["inclusion"].questionnaire_id is not None
    assert found["strategie"].questionnaire_id is None
    assert found["inclusion"].ends_at < found["infrastructures"].opens_at


def test_a_wave_that_has_ended_is_not_told_unless_it_was_extended(world: World) -> None:
    world.open_wave()
    world.days_pass(120)
    assert "inclusion" not in told(world)

    until = datetime(2027, 3, 31, 21, 59, 59, tzinfo=UTC)
    extend_wave(
        world.db, world.wave_id, until, why="Peu de réponses", by=Author.system(), now=world.now
    )
    assert told(world)["inclusion"] == (True, True)


def test_a_real_campaign_speaks_before_a_simulated_one(world: World) -> None:
    world.open_wave()
    create_campaign(
        world.db,
        "Baromètre réel",
        millesime=2026,
        simulated=False,
        first_opens_at=world.now,
        now=world.now,
    )
    assert set(told(world).values()) == {(False, False)}
