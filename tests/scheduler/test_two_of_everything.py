"""Two clocks, two workers on one message, clocks that disagree: each mail leaves once."""

from __future__ import annotations

import signal
import time
from functools import partial

import pytest
from sqlalchemy import create_engine, text

from scheduler.sweep import sweep
from tests.messages.post import change, leases_end, messages, rows, send
from tests.scheduler.killing import all_sent, counted, prepare, until
from tests.scheduler.worker_process import BEGINS_WITHIN, ROUNDS, running, several
from tests.world import World

pytestmark = pytest.mark.slow

N_MESSAGES = 60
N_DUELS = 15
ASKED_IN_VAIN = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity AS one
         WHERE datname = current_database() AND query LIKE 'SELECT pg_try_advisory_lock%'
           AND NOT EXISTS (SELECT FROM pg_locks WHERE pid = one.pid AND locktype = 'advisory'))
"""
LATER = "UPDATE messages SET next_try_at = :until"
ONE_IS_DUE = """
    UPDATE messages SET next_try_at = :now
     WHERE id = (SELECT id FROM messages WHERE state = 'queued' ORDER BY id LIMIT 1)
"""


def each_once(world: World, n_messages: int) -> bool:
    it = counted(world)
    return (it.n_mailboxes, it.n_repeated, it.n_ids_of_busiest) == (n_messages, 0, 1)


def test_two_clocks_that_both_believe_to_lead_plan_and_send_each_reminder_once(
    world: World,
) -> None:
    prepare(world, N_MESSAGES)
    send(world)
    world.smtp.received.clear()
    world.days_pass(15)

    with several(world, 2, "every hour") as clocks, several(world, 2):
        assert [clock.wait(timeout=60) for clock in clocks] == [0, 0]
        until(lambda: all_sent(world))

    assert ROUNDS > 1
    assert each_once(world, N_MESSAGES)
    assert {row.step for row in messages(world)} == {"invitation", "reminder"}
    assert len(messages(world)) == 2 * N_MESSAGES


def test_a_clock_that_is_killed_is_followed_by_the_one_that_waited(world: World) -> None:
    prepare(world, N_MESSAGES)
    change(world, "DELETE FROM procrastinate_jobs")

    with running(world, "clock") as first:
        until(lambda: lane_is_awake(world))  # it leads: its first sweep is done
        with running(world, "clock"):
            until(lambda: another_wants_to_lead(world))
            first.send_signal(signal.SIGKILL)
            first.wait()
            change(world, "DELETE FROM procrastinate_jobs")
            with running(world):
                until(lambda: all_sent(world))

    assert each_once(world, N_MESSAGES)


def test_two_workers_that_want_the_same_message_send_it_once(world: World) -> None:
    prepare(world, N_DUELS)
    change(world, LATER, until=world.days_pass(1))
    world.days_pass(-1)

    with several(world, 2, "rush"):
        for n_sent in range(1, N_DUELS + 1):
            change(world, ONE_IS_DUE, now=world.now)
            until(partial(are_recorded, world, n_sent))

    assert each_once(world, N_DUELS)
    assert {row.tries for row in messages(world)} == {1}


@pytest.mark.parametrize("ahead", [60, 600], ids=["one minute", "ten minutes"])
def test_a_machine_whose_clock_is_ahead_sends_nothing_a_second_time(
    world: World, ahead: int
) -> None:
    prepare(world, 4 * N_MESSAGES)

    with running(world), running(world, ahead=ahead), running(world, "clock", ahead=ahead):
        until(lambda: all_sent(world))

    assert each_once(world, 4 * N_MESSAGES)
    assert {row.tries for row in messages(world)} == {1}


def test_a_worker_that_was_frozen_does_not_send_what_another_took_up(world: World) -> None:
    """A machine that sleeps wakes after its leases ended: only the mail in its hands may repeat."""
    prepare(world, N_MESSAGES)

    with running(world, "once") as frozen:
        until(lambda: len(world.smtp.received) > 2)
        frozen.send_signal(signal.SIGSTOP)
        time.sleep(BEGINS_WITHIN)  # the system's own clock, which no test can move
        leases_end(world)
        sweep(world.db, now=world.now)
        with running(world):
            until(lambda: all_sent(world))
        frozen.send_signal(signal.SIGCONT)
        assert frozen.wait(timeout=30) == 0

    it = counted(world)
    assert (it.n_mailboxes, it.n_ids_of_busiest) == (N_MESSAGES, 1)
    assert it.n_repeated <= 1
    assert {row.state for row in messages(world)} == {"sent"}


def lane_is_awake(world: World) -> bool:
    return bool(rows(world, "SELECT FROM procrastinate_jobs WHERE task_name = 'drain_lane'"))


def another_wants_to_lead(world: World) -> bool:
    """Whether a session asked for the leader's lock without getting it; only the owner sees it."""
    owner = create_engine(world.owner_url)
    with owner.connect() as connection:
        found = connection.scalar(text(ASKED_IN_VAIN)) is True
    owner.dispose()
    return found


def are_recorded(world: World, n_messages: int) -> bool:
    return len(rows(world, "SELECT FROM messages WHERE state = 'sent'")) == n_messages
