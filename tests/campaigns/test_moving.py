"""A wave that is not open is moved: beside no other of its campaign, as when they were made."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from app.campaigns.beside import WavesOverlap
from app.campaigns.changes import extend_wave
from app.campaigns.control import create_campaign
from app.campaigns.scheduling import move_wave
from app.vocabulary.scope import Author
from tests.messages.post import rows
from tests.world import World

BY = Author.system()
WAVES = "SELECT id, opens_at, ends_at FROM waves WHERE campaign_id = :campaign ORDER BY number"
DAY = timedelta(days=1)


def dates(world: World, number: int, campaign: int = 1) -> tuple[int, datetime, datetime]:
    """The wave of this number, its first and its last moment."""
    wave = rows(world, WAVES, campaign=campaign)[number - 1]
    return wave.id, wave.opens_at, wave.ends_at


def moves(world: World, wave_id: int, opens_at: datetime, ends_at: datetime) -> None:
    move_wave(world.db, None, BY, wave_id, opens_at=opens_at, ends_at=ends_at, now=world.now)


def test_a_wave_may_end_the_day_before_the_next_opens(world: World) -> None:
    world.create_campaign()
    wave, opens, ends = dates(world, 2)
    _, next_opens, _ = dates(world, 3)

    moves(world, wave, opens + 7 * DAY, next_opens - timedelta(seconds=1))

    assert dates(world, 2) == (wave, opens + 7 * DAY, next_opens - timedelta(seconds=1))
    moves(world, wave, opens, ends)
    assert dates(world, 2) == (wave, opens, ends)


@pytest.mark.parametrize(
    ("earlier", "later", "part", "label"),
    [
        (0, 1, "last", "Vague de printemps 2027"),
        (1, 0, "first", "Vague d’automne 2026"),
        (0, 200, "last", "Vague de printemps 2027"),
        (1, 200, "first", "Vague d’automne 2026"),
        (-95, 60, "first", "Vague de printemps 2027"),
    ],
    ids=["a day into the next", "a day into the last", "over the next", "over both", "within"],
)
def test_a_wave_is_not_moved_onto_another(
    world: World, earlier: int, later: int, part: str, label: str
) -> None:
    world.create_campaign()
    wave, opens, ends = dates(world, 2)

    with pytest.raises(WavesOverlap) as refused:
        moves(world, wave, opens - earlier * DAY, ends + later * DAY)

    assert refused.value.details["part"] == part
    assert f"«\u00a0{label}\u00a0», du " in str(refused.value)
    assert dates(world, 2) == (wave, opens, ends)


def test_a_wave_that_was_extended_is_left_to_its_new_end(world: World) -> None:
    world.open_wave()
    wave, opens, ends = dates(world, 2)
    until = ends - 60 * DAY
    extend_wave(world.db, world.wave_id, until, why="crue", by=BY, now=world.now)

    with pytest.raises(WavesOverlap) as refused:
        moves(world, wave, opens + DAY, ends)

    assert refused.value.details["part"] == "first"
    moves(world, wave, until + DAY, ends)


def test_two_campaigns_do_not_hinder_each_other(world: World) -> None:
    world.create_campaign()
    other = create_campaign(
        world.db,
        "Un essai",
        millesime=2026,
        simulated=True,
        first_opens_at=world.now + 40 * DAY,
        now=world.now,
    )
    wave, opens, _ = dates(world, 1, other)
    _, next_opens, _ = dates(world, 2, other)

    moves(world, wave, opens - 10 * DAY, next_opens - DAY)

    assert dates(world, 1, other)[1] == opens - 10 * DAY
    assert opens.date() > date(2026, 9, 15)
