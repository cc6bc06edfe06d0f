"""Workers die; no mail is lost, and what is repeated bears the same Message-ID."""

from __future__ import annotations

import signal

import pytest

from app.messages.holds.lifting import resume_sending, stop_sending
from app.vocabulary.scope import Author, Role, Scope
from scheduler.sweep import sweep
from tests.messages.post import leases_end, messages, rows
from tests.scheduler.killing import all_sent, counted, most_repeats, prepare, send_under_fire, until
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


@pytest.mark.slow
def test_a_stop_outlives_the_worker_that_was_killed(world: World) -> None:
    prepare(world, 200)
    staff, scope = Author.user(7), Scope(7, Role.NATIONAL, None)

    with running(world) as worker:
        until(lambda: len(world.smtp.received) > 20)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    stop_sending(world.db, by=staff, now=world.now, scope=scope)
    n_before = len(world.smtp.received)
    leases_end(world)
    with running(world):
        sweep(world.db, now=world.now)
        until(lambda: not rows(world, "SELECT FROM procrastinate_jobs WHERE status = 'todo'"))
        assert len(world.smtp.received) == n_before

        resume_sending(world.db, by=staff, now=world.now, scope=scope)
        until(lambda: all_sent(world))

    it = counted(world)
    assert (it.n_mailboxes, it.n_ids_of_busiest) == (200, 1)
    assert it.n_repeated <= most_repeats(1)
