"""Whatever people and staff do, in whatever order: nobody is written to who should not be."""

from __future__ import annotations

from random import Random

import pytest

from tests.campaigns.chasing import Play
from tests.campaigns.chasing_acts import an_act
from tests.world import World


def lived(world: World, seed: int, n_acts: int) -> Play:
    """A wave in which so many things happen, and three weeks more."""
    random = Random(seed)
    play = Play(world, random)
    for _ in range(n_acts):
        sudden = an_act(random, sudden=True) if random.random() < 0.2 else None
        play.days_pass(random.choice([0.5, 1, 1, 2, 4]), sudden)
        an_act(random)(play)
    play.days_pass(21)
    return play


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_written_to_who_should_not_be(world: World, seed: int) -> None:
    play = lived(world, seed, n_acts=45)

    assert len(play.model.got) > 15
    assert play.complaints == [], "\n".join(play.done)
