"""The nights on which France changes its clocks: nothing is left out, nothing is done twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from apscheduler.triggers.cron import CronTrigger

from app.now import PARIS
from app.vocabulary.message_life import delay_before
from scheduler.clock import HOURS
from tests.messages.post import change, messages, rows
from tests.scheduler.killing import all_sent, counted, prepare, until
from tests.scheduler.worker_process import running
from tests.world import World

# At 1 a.m. UTC the wall clock goes from 3 back to 2, or from 2 on to 3.
CHANGES = {
    "to winter time": datetime(2026, 10, 25, 1, tzinfo=UTC),
    "to summer time": datetime(2027, 3, 28, 1, tzinfo=UTC),
}
OFTEN = {"sweep": 20, "watch_domains": 60, "read_returned_mail": 300, "plan_due": 600}
N_MESSAGES = 40


def fires(hours: dict[str, Any], since: datetime, until: datetime) -> list[datetime]:
    """When the clock does a thing, as its own scheduler computes it."""
    trigger = CronTrigger(timezone=PARIS, **hours)
    found: list[datetime] = []
    at: datetime | None = trigger.get_next_fire_time(None, since.astimezone(PARIS))
    while at is not None and at.astimezone(UTC) < until:
        found.append(at.astimezone(UTC))
        at = trigger.get_next_fire_time(at, at)
    return found


@pytest.mark.parametrize("change_at", CHANGES.values(), ids=CHANGES)
def test_that_night_the_clock_keeps_its_pace(change_at: datetime) -> None:
    since, end = change_at - timedelta(hours=3), change_at + timedelta(hours=3)
    paces = {
        name: {(b - a).total_seconds() for a, b in pairwise(fires(hours, since, end))}
        for name, hours, _ in HOURS
    }

    assert {name: paces[name] for name in OFTEN} == {name: {pace} for name, pace in OFTEN.items()}
    assert paces["close_ended"] == {3600}


@pytest.mark.parametrize("change_at", CHANGES.values(), ids=CHANGES)
def test_that_day_each_daily_thing_is_done_once(change_at: datetime) -> None:
    midnight = change_at.astimezone(PARIS).replace(hour=0)
    next_midnight = midnight + timedelta(days=1)  # of the wall clock: 23 or 25 hours later
    daily = [hours for _, hours, _ in HOURS if "hour" in hours]

    assert len(daily) > 1
    for hours in daily:
        assert len(fires(hours, midnight.astimezone(UTC), next_midnight.astimezone(UTC))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("change_at", CHANGES.values(), ids=CHANGES)
def test_a_mail_put_off_over_the_change_waits_true_minutes_and_leaves_once(
    world: World, monkeypatch: pytest.MonkeyPatch, change_at: datetime
) -> None:
    monkeypatch.setenv("TZ", "Europe/Paris")  # of the worker's machine
    world.now = change_at - timedelta(minutes=30)
    prepare(world, N_MESSAGES)
    world.smtp.reply = lambda _: "450 4.2.0 later"
    with running(world):
        until(lambda: n_put_off(world) == N_MESSAGES)
    for row in messages(world):
        at = rows(world, "SELECT at FROM message_events WHERE message_id = :id", id=row.id)[0].at
        assert row.next_try_at == at + delay_before(2, row.id)

    world.smtp.reply = lambda _: None
    world.now = change_at + timedelta(minutes=10)
    change(world, "DELETE FROM procrastinate_jobs")
    with running(world), running(world, "clock"):
        until(lambda: all_sent(world))

    it = counted(world)
    assert (it.n_mailboxes, it.n_repeated, it.n_ids_of_busiest) == (N_MESSAGES, 0, 1)
    assert {(row.state, row.tries) for row in messages(world)} == {("sent", 2)}


def n_put_off(world: World) -> int:
    return len(rows(world, "SELECT FROM message_events WHERE kind = 'deferred'"))
