"""What a provider's own server counts, while several worker processes send to it."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from app.messages.lanes import LANES
from scheduler.sweep import sweep
from tests.messages.post import change, rows
from tests.scheduler.killing import prepare, until
from tests.scheduler.worker_process import running
from tests.world import World

N_MESSAGES = 350
N_WORKERS = 3


def all_sent(world: World) -> bool:
    return not rows(world, "SELECT FROM messages WHERE state <> 'sent' LIMIT 1")


@pytest.mark.slow
def test_three_workers_never_open_a_third_connection_to_orange(world: World) -> None:
    prepare(world, N_MESSAGES)
    change(world, "UPDATE messages SET lane = 'orange'")
    world.smtp.most_open = 0

    with ExitStack() as at_work:
        for _ in range(N_WORKERS):
            at_work.enter_context(running(world))
        # Whoever finds no free slot ends; the sweep wakes the lane again, as the clock has it do.
        while not all_sent(world):
            sweep(world.db, now=world.now)
            until(lambda: all_sent(world) or lane_is_quiet(world))

    orange = LANES["orange"]
    assert len(world.smtp.received) == N_MESSAGES
    assert world.smtp.most_open == orange.slots
    assert max(world.smtp.carried.values()) == orange.per_connection


def lane_is_quiet(world: World) -> bool:
    return not rows(world, "SELECT FROM lane_slots WHERE leased_until IS NOT NULL")
