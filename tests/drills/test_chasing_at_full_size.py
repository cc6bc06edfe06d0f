"""Sixty waves lived at random, each longer than those of tests/campaigns."""

from __future__ import annotations

import pytest

from tests.campaigns.test_chasing import lived
from tests.world import World

pytestmark = pytest.mark.drill


@pytest.mark.parametrize("seed", range(100, 160))
def test_in_sixty_waves_nobody_is_written_to_who_should_not_be(world: World, seed: int) -> None:
    play = lived(world, seed, n_acts=80)

    assert play.complaints == [], "\n".join(play.done)
