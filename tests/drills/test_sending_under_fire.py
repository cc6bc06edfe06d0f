"""The kill test at full size: two thousand mails, twenty dead workers."""

from __future__ import annotations

import pytest

from tests.messages.post import messages
from tests.scheduler.killing import most_repeats, prepare, send_under_fire
from tests.world import World

N_MESSAGES = 2_000
N_KILLS = 20


@pytest.mark.drill
def test_twenty_kills_in_a_sending_of_two_thousand_lose_nothing(world: World) -> None:
    prepare(world, N_MESSAGES)

    counted = send_under_fire(world, N_MESSAGES, N_KILLS)

    assert counted.n_mailboxes == N_MESSAGES
    assert counted.n_ids_of_busiest == 1
    assert counted.n_repeated <= most_repeats(N_KILLS)
    assert {row.state for row in messages(world)} == {"sent"}
