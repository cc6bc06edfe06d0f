"""Who is due a reminder, as a table and as what the silent receive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns import plan
from app.campaigns.foresight import Announced, foreseen, in_turn
from app.campaigns.plan import Sending
from app.campaigns.reminders import Silent
from app.campaigns.reminders import due as step_due
from app.campaigns.steps import APART, MOST, USUAL_STEPS, Rules, Step
from app.vocabulary.dispositions import DISPOSITIONS, D
from app.vocabulary.message_life import MONTH, MOST_A_MONTH, MOST_A_WEEK, WEEK, free_from
from app.vocabulary.office_hours import is_open
from app.vocabulary.wave_steps import Anchor, StepKind

NOW = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)
RULES = Rules(USUAL_STEPS, NOW + timedelta(days=90), office_hours=False)
SILENT = Silent(
    case_id=1,
    wave_id=1,
    address_id=1,
    disposition="invited",
    occasion="batch:1",
    link_id=None,
    invited_at=NOW - timedelta(days=15),
    reminders=(),
    n_planned=0,
    last_reminded_at=None,
    written=(NOW - timedelta(days=15),),
)


def due(silent: Silent, *, now: datetime) -> bool:
    return step_due(silent, RULES, now=now) is not None


def due_reminders(silents: list[Silent], *, now: datetime) -> list[Sending]:
    return plan.due_reminders(silents, {1: RULES}, now=now)


def asked_reminders(silents: list[Silent], *, request: str) -> list[Sending]:
    return plan.asked_reminders(silents, {1: RULES}, request=request, now=NOW)


@pytest.mark.parametrize(
    ("days", "n_reminders", "is_due"),
    [(14.9, 0, False), (15, 0, True), (29, 1, False), (30, 1, True), (60, 2, False)],
)
def test_reminders_come_fifteen_and_thirty_days_after(
    days: float, n_reminders: int, is_due: bool
) -> None:
    silent = replace(SILENT, invited_at=NOW - timedelta(days=days), reminders=(0,) * n_reminders)

    assert due(silent, now=NOW) is is_due


@pytest.mark.parametrize("disposition", list(D))
def test_only_the_silent_are_reminded(disposition: D) -> None:
    silent = replace(SILENT, disposition=disposition)

    assert due(silent, now=NOW) is DISPOSITIONS[disposition].may_be_reminded


def test_after_a_long_stop_of_ours_nobody_gets_two_at_once() -> None:
    late = replace(
        SILENT,
        invited_at=NOW - timedelta(days=45),
        reminders=(0,),
        last_reminded_at=NOW - timedelta(days=1),
    )

    assert not due(late, now=NOW)
    assert due(late, now=NOW + timedelta(days=6))


def test_a_full_mailbox_of_the_month_waits() -> None:
    four = tuple(NOW - timedelta(days=days) for days in (28, 24, 20, 15))

    assert not due(replace(SILENT, written=four), now=NOW)
    assert due(replace(SILENT, written=four), now=NOW + timedelta(days=2))


def test_a_full_mailbox_of_the_week_waits() -> None:
    two = tuple(NOW - timedelta(days=days) for days in (6, 3))

    assert not due(replace(SILENT, written=two), now=NOW)
    assert due(replace(SILENT, written=two), now=NOW + timedelta(days=1))


def test_what_a_mailbox_has_no_room_for_waits_for_the_next_time() -> None:
    elsewhere = [replace(SILENT, case_id=case, occasion=f"batch:{case}") for case in (1, 2, 3)]

    planned = due_reminders(elsewhere, now=NOW)

    assert [one.case_ids for one in planned] == [(1,), (2,)]


def test_staff_may_ask_for_a_third_and_no_fourth() -> None:
    twice = replace(SILENT, reminders=(0, 0))

    assert len(asked_reminders([twice], request="request-1")) == 1
    assert asked_reminders([replace(SILENT, reminders=(0,) * MOST)], request="request-1") == []


def test_the_themes_and_communes_of_one_mail_are_reminded_in_one() -> None:
    three = [replace(SILENT, case_id=case) for case in (3, 1, 2)]
    elsewhere = replace(SILENT, case_id=9, occasion="batch:2")

    first, second = due_reminders([*three, elsewhere], now=NOW)

    assert (first.case_ids, first.occasion) == ((1, 2, 3), "batch:1:reminder-1:case-1")
    assert second.case_ids == (9,)


def test_themes_that_went_different_ways_keep_each_their_reminders() -> None:
    back = replace(SILENT, case_id=1)  # handed over until now
    others = [
        replace(SILENT, case_id=case, reminders=(0,), n_planned=1, last_reminded_at=NOW)
        for case in (2, 3)
    ]
    earlier = due_reminders([replace(SILENT, case_id=case) for case in (2, 3)], now=NOW)

    (now_due,) = due_reminders([back, *others], now=NOW)

    assert now_due.case_ids == (1,)
    assert now_due.occasion not in {one.occasion for one in earlier}


def test_a_cancelled_reminder_takes_nobody_s_place_and_a_week_passes() -> None:
    cancelled = replace(SILENT, n_planned=1, last_reminded_at=NOW)
    (first,) = due_reminders([SILENT], now=NOW)

    assert due_reminders([cancelled], now=NOW + timedelta(days=6)) == []
    (second,) = due_reminders([cancelled], now=NOW + timedelta(days=7))
    assert first.occasion != second.occasion


@given(
    st.lists(
        st.builds(
            lambda case, address, n: replace(
                SILENT, case_id=case, address_id=address, reminders=(0,) * n, n_planned=n
            ),
            st.integers(1, 30),
            st.integers(1, 5),
            st.integers(0, 3),
        )
    )
)
def test_whatever_is_silent_a_plan_names_each_occasion_once(silents: list[Silent]) -> None:
    planned = due_reminders(silents, now=NOW)

    keys = [(one.address_id, one.wave_id, one.occasion) for one in planned]
    assert len(keys) == len(set(keys))


MOMENTS = st.integers(0, 60 * 24).map(lambda hours: NOW - timedelta(hours=hours))


@given(st.lists(MOMENTS, max_size=8))
def test_a_mailbox_is_free_as_soon_as_its_counts_allow_and_no_sooner(
    written: list[datetime],
) -> None:
    free = free_from(NOW, written)

    def has_room(at: datetime) -> bool:
        return (
            sum(at - one < MONTH for one in written) < MOST_A_MONTH
            and sum(at - one < WEEK for one in written) < MOST_A_WEEK
        )

    assert has_room(free)
    assert free == NOW or not has_room(free - timedelta(seconds=1))


@given(st.lists(MOMENTS, max_size=4), st.integers(0, 40), st.sampled_from(["23", "974", "972"]))
def test_what_is_foreseen_of_a_case_keeps_its_distances(
    written: list[datetime], days: int, place: str
) -> None:
    """Never in a closed hour, never two in a week, never more than three, never past the end."""
    rules = replace(RULES, office_hours=True)
    silent = replace(
        SILENT,
        written=tuple(written),
        invited_at=NOW - timedelta(days=days),
        departement=place,
    )

    found = list(foreseen([silent], [], {1: rules}, now=NOW, until=rules.ends_at))

    moments = [one.leaves_at for one in found]
    assert len(found) == len(rules.reminders)
    assert all(is_open(at, place) and NOW <= at < rules.ends_at for at in moments)
    assert all(later - one >= APART for one, later in pairwise(moments))
    every = sorted([*written, *moments])
    for at in moments:
        assert sum(timedelta(0) <= at - one < WEEK for one in every) <= MOST_A_WEEK
        assert sum(timedelta(0) <= at - one < MONTH for one in every) <= MOST_A_MONTH


def test_a_chat_that_stays_silent_is_foreseen_to_give_way_to_mail() -> None:
    in_chat = replace(SILENT, channel="telegram", mailbox_id=2, told_at=NOW - timedelta(days=1))

    first, second = foreseen([in_chat], [], {1: RULES}, now=NOW, until=RULES.ends_at)

    assert (first.address_id, first.channel) == (1, "telegram")
    assert (second.address_id, second.channel) == (2, "email")


LATELY = (NOW - timedelta(days=3),)
BY_MAIL = replace(SILENT, written=LATELY, person=frozenset({1, 2}))
IN_CHAT = replace(BY_MAIL, case_id=2, address_id=2, channel="telegram")


def test_one_authority_in_a_chat_and_another_by_mail_are_one_person_with_one_cap() -> None:
    """Two messages a week, however they come: the second waits for its day, foreseen or not."""
    assert len(due_reminders([BY_MAIL, IN_CHAT], now=NOW)) == 1
    assert len(asked_reminders([BY_MAIL, IN_CHAT], request="r1")) == 1

    found = foreseen([BY_MAIL, IN_CHAT], [], {1: RULES}, now=NOW, until=NOW + WEEK)

    assert [one.leaves_at for one in found] == [NOW, NOW + timedelta(days=4)]


def test_two_persons_never_wait_for_each_other() -> None:
    one, another = replace(BY_MAIL, person=frozenset()), replace(IN_CHAT, person=frozenset())

    assert len(due_reminders([one, another], now=NOW)) == 2
    found = foreseen([one, another], [], {1: RULES}, now=NOW, until=NOW + WEEK)
    assert [sending.leaves_at for sending in found] == [NOW, NOW]


def test_invitations_in_a_chat_and_by_mail_are_counted_together() -> None:
    by_mail = Announced(
        wave_id=1,
        message_step="invitation",
        address_id=1,
        channel="email",
        occasion="batch:1",
        at=NOW,
        departements=("23",),
        written=LATELY,
        case_ids=(1,),
        person=frozenset({1, 2}),
    )
    in_chat = replace(by_mail, address_id=2, channel="telegram", case_ids=(2,))

    queued = in_turn([by_mail, in_chat], RULES)
    told = foreseen([], [by_mail, in_chat], {1: RULES}, now=NOW, until=NOW + WEEK)

    moments = [one.leaves_at for one in queued]
    assert moments == [one.leaves_at for one in told] == [NOW, NOW + timedelta(days=4)]


def test_an_authority_invited_late_meets_the_last_call_and_nothing_after_it() -> None:
    last = Step(StepKind.LAST_CALL, Anchor.END, -10, "last_call")
    rules = replace(RULES, steps=(*USUAL_STEPS, last))
    late = replace(SILENT, invited_at=RULES.ends_at - timedelta(days=33), written=())

    found = list(foreseen([late], [], {1: rules}, now=late.invited_at, until=RULES.ends_at))

    assert [one.step and one.step.kind for one in found] == [
        StepKind.REMINDER,
        StepKind.LAST_CALL,
    ]
