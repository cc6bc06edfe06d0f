"""The stop button: nothing leaves any more, within seconds, until somebody lets it go."""

from __future__ import annotations

import time
from math import ceil

import pytest

from app.errors import NotAllowed
from app.messages.holds.gate import ASKED_EVERY
from app.messages.holds.lifting import NothingHeld, resume_sending, stop_sending
from app.vocabulary.scope import Author, Role, Scope
from scheduler.sweep import sweep
from tests.messages.holds.boxes import all_invited, boxes, held, holds
from tests.messages.post import messages, rows, send
from tests.scheduler.killing import until
from tests.scheduler.worker_process import AT_ONCE, running
from tests.world import World

STAFF = Scope(7, Role.NATIONAL, None)
SLOW = 0.4  # seconds that the server thinks about each mail
UNDER_WAY = "SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"


def stop(world: World) -> bool:
    return stop_sending(world.db, by=Author.user(7), now=world.now, scope=STAFF)


def resume(world: World) -> None:
    resume_sending(world.db, by=Author.user(7), now=world.now, scope=STAFF)


def test_after_the_button_nothing_leaves_and_no_try_is_used(world: World) -> None:
    boxes(world, "a.invalid", 5)
    all_invited(world)

    assert stop(world)
    send(world)

    assert world.smtp.messages == []
    assert {(row.state, row.tries) for row in messages(world)} == {("queued", 0)}
    (hold,) = holds(world)
    assert (hold.by, hold.n_waiting) == (Author.user(7), 5)


def test_let_go_it_leaves_at_once(world: World) -> None:
    boxes(world, "a.invalid", 5)
    all_invited(world)
    stop(world)

    resume(world)
    send(world)

    assert len(world.smtp.messages) == 5
    entries = rows(world, "SELECT action, actor_id FROM audit_entries WHERE action LIKE 'sending%'")
    assert [(row.action, row.actor_id) for row in entries] == [
        ("sending stopped", "7"),
        ("sending resumed", "7"),
    ]


def test_pressed_twice_it_is_one_stop(world: World) -> None:
    assert [stop(world), stop(world)] == [True, False]
    resume(world)

    assert held(world) == []
    with pytest.raises(NothingHeld):
        resume(world)


@pytest.mark.parametrize(
    "scope",
    [Scope(8, Role.OPSN, 1), Scope(9, Role.READER, 1)],
    ids=["an operator of the Creuse", "a reader"],
)
def test_others_do_not_press_it(world: World, scope: Scope) -> None:
    with pytest.raises(NotAllowed):
        stop_sending(world.db, by=Author.user(8), now=world.now, scope=scope)

    assert held(world) == []


def test_a_stopped_lane_is_not_woken_for_nothing(world: World) -> None:
    boxes(world, "a.invalid", 5)
    all_invited(world)
    stop(world)

    assert sweep(world.db, now=world.now).n_lanes_woken == 0


def test_a_running_worker_stops_within_seconds(world: World) -> None:
    boxes(world, "a.invalid", 120)
    all_invited(world)

    def slowly(_mailbox: str) -> None:
        time.sleep(SLOW)

    world.smtp.reply = slowly
    with running(world):
        until(lambda: len(world.smtp.received) >= 3)
        stop(world)
        before = len(world.smtp.received)
        until(lambda: not rows(world, UNDER_WAY))
        stopped = len(world.smtp.received)

        assert {row.state for row in messages(world)} == {"sent", "queued"}
        assert len(rows(world, "SELECT FROM messages WHERE state = 'sent'")) == stopped
        # What a drain carried, and what it began before it asked again.
        assert stopped - before <= AT_ONCE * (1 + ceil(ASKED_EVERY / SLOW))

        world.smtp.reply = lambda _mailbox: None
        resume(world)
        until(lambda: len(world.smtp.received) == 120)

    assert {(row.state, row.tries) for row in messages(world)} == {("sent", 1)}
