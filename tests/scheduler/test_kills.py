"""Workers die; no mail is lost, and what is repeated bears the same Message-ID."""

from __future__ import annotations

import signal

import pytest

from tests.messages.post import messages, rows
from tests.scheduler.killing import most_repeats, prepare, send_under_fire, until
from tests.scheduler.worker_process import running
from tests.world import World


def under_fire(world: World, n_messages: int, n_kills: int) -> None:
    prepare(world, n_messages)

    counted = send_under_fire(world, n_messages, n_kills)

    assert counted.n_mailboxes == n_messages
    assert counted.n_ids_of_busiest == 1
    assert counted.n_repeated <= most_repeats(n_kills)
    assert {row.state for row in messages(world)} == {"sent"}


def test_two_kills_in_a_short_sending_lose_nothing(world: World) -> None:
    under_fire(world, n_messages=120, n_kills=2)


@pytest.mark.slow
def test_ten_kills_in_a_sending_of_500_lose_nothing(world: World) -> None:
    under_fire(world, n_messages=500, n_kills=10)


def test_a_worker_asked_to_end_leaves_nothing_half_done(world: World) -> None:
    prepare(world, 400)

    with running(world) as worker:
        until(lambda: len(world.smtp.received) > 20)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0

    states = {row.state for row in messages(world)}
    assert states <= {"sent", "queued"}
    assert len(world.smtp.received) == sum(row.state == "sent" for row in messages(world))
    assert rows(world, "SELECT FROM lane_slots WHERE holder IS NOT NULL") == []
