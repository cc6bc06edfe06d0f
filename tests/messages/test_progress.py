"""How sending goes: what waits, what left, at which pace, until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.messages.progress import LaneProgress, Pace, Progress, progress
from tests.messages.holds.boxes import all_invited, boxes
from tests.messages.post import change, send
from tests.world import START, World

MINUTE = timedelta(minutes=1)


def lane(n_due: int, n_sent_lately: int, *, minutes: float = 5, name: str = "wide") -> LaneProgress:
    began_at = START - minutes * MINUTE if n_sent_lately else None
    pace = Pace(n_sent_lately, 0, 0, began_at, START)
    return LaneProgress(name, n_due, 0, 0, n_sent_lately, 0, 0, 0, None, pace)


def test_the_end_is_what_is_left_at_the_pace_of_the_last_minutes() -> None:
    going = lane(n_due=600, n_sent_lately=300)

    assert going.pace.per_second == pytest.approx(1)
    assert going.ends_at == START + 10 * MINUTE


def test_a_lane_that_began_a_minute_ago_is_not_thought_slow() -> None:
    assert lane(600, 300, minutes=1).ends_at == START + 2 * MINUTE


def test_nothing_left_or_nothing_moving_has_no_end() -> None:
    assert lane(0, 300).ends_at is None
    assert lane(600, 0).ends_at is None


def test_the_slowest_lane_ends_it_and_a_lane_that_stands_makes_it_unknown() -> None:
    slow, fast = lane(600, 300, name="orange"), lane(300, 300)

    assert Progress(START, (fast, slow)).ends_at == slow.ends_at
    assert Progress(START, (fast, slow, lane(0, 0, name="sfr"))).ends_at == slow.ends_at
    assert Progress(START, (fast, lane(1, 0, name="sfr"))).ends_at is None


def test_messages_are_counted_where_they_stand(world: World) -> None:
    boxes(world, "a.invalid", 4)
    world.smtp.reply = lambda mailbox: {
        "boite-3@a.invalid": "550 5.7.1 no",
        "boite-4@a.invalid": "450 4.2.1 later",
    }.get(mailbox)
    all_invited(world)
    with world.db.reading() as session:
        (before,) = progress(session, now=world.now).lanes
    assert (before.n_due, before.n_sent, before.pace.n_sent) == (4, 0, 0)

    send(world)

    with world.db.reading() as session:
        found = progress(session, now=world.now + MINUTE / 2, wave_id=world.wave_id)
        other = progress(session, now=world.now, wave_id=world.wave_id + 1)
        later = progress(session, now=world.now + 6 * MINUTE)
    (after,) = found.lanes
    assert (after.n_due, after.n_later, after.n_sent, after.n_refused) == (0, 1, 2, 1)
    assert (after.pace.n_sent, after.pace.n_refused, after.pace.n_deferred) == (2, 1, 1)
    assert after.pace.per_second == pytest.approx(2 / 30)
    assert found.next_at == after.next_at
    assert found.n_left == 0
    assert other.lanes == ()
    assert later.lanes[0].pace.n_sent == 0


def test_a_message_that_is_leaving_counts_until_it_has_left(world: World) -> None:
    boxes(world, "a.invalid", 2)
    all_invited(world)
    change(
        world,
        "UPDATE messages SET state = 'sending', leased_until = now() + interval '5 minutes' "
        "WHERE id = (SELECT min(id::text)::uuid FROM messages)",
    )

    with world.db.reading() as session:
        found = progress(session, now=world.now)

    assert (found.lanes[0].n_due, found.lanes[0].n_leaving, found.n_left) == (1, 1, 2)
