"""A demo begins anew on what it made itself, and never touches anything real."""

from __future__ import annotations

import pytest

from app.campaigns.control import create_campaign
from app.cli.demo.fresh import Finished, NotADemo, begin_anew, finished, remember
from tests.world import World

DONE = Finished("23", 1, 2, 3, 4)


def test_an_unfinished_demo_is_not_taken_for_a_finished_one(world: World) -> None:
    world.open_wave()

    assert finished(world.db) is None


def test_a_finished_demo_is_known_by_the_next(world: World) -> None:
    remember(world.db, DONE, now=world.now)

    assert finished(world.db) == DONE


def test_beginning_anew_empties_what_was_simulated(world: World) -> None:
    world.contact("23096", "mairie@gueret.invalid")
    world.open_wave()
    remember(world.db, DONE, now=world.now)

    begin_anew(world.house)

    assert finished(world.db) is None
    assert all(n == 0 for table, (n, _) in world.counts().items() if table == "territories")


def test_a_real_campaign_is_never_dropped(world: World) -> None:
    create_campaign(
        world.db,
        "Baromètre 2027",
        millesime=2026,
        simulated=False,
        first_opens_at=world.now,
        now=world.now,
    )

    with pytest.raises(NotADemo):
        begin_anew(world.house)

    assert world.territory("23096").name == "Guéret"
