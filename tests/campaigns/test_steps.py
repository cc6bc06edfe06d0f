"""A calendar keeps its order, and what has begun stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.steps import (
    APART,
    MOST,
    USUAL_STEPS,
    BadCalendar,
    Rules,
    Step,
    StepLocked,
    check_locked,
    in_order,
)
from app.vocabulary.wave_steps import MAILED, Anchor, Audience, StepKind

OPENS = datetime(2026, 9, 15, 7, 0, tzinfo=UTC)
ENDS = OPENS + timedelta(days=90)
FIRST, SECOND = USUAL_STEPS
PRENOTICE = Step(StepKind.PRENOTICE, Anchor.INVITATION, -7, "prenotice")
CALL = Step(StepKind.TELEPHONE, Anchor.INVITATION, 40)
LAST = Step(StepKind.LAST_CALL, Anchor.END, -10, "last_call")


def test_steps_come_in_the_order_in_which_an_authority_meets_them() -> None:
    assert in_order([LAST, SECOND, CALL, FIRST, PRENOTICE], OPENS, ENDS) == (
        PRENOTICE,
        FIRST,
        SECOND,
        CALL,
        LAST,
    )


def reminder(days: int) -> Step:
    return Step(StepKind.REMINDER, Anchor.INVITATION, days, "reminder")


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([reminder(10), reminder(15)], "moins d’une semaine"),
        ([reminder(100)], "après la fin"),
        ([reminder(-3)], "nombre de jours"),
        ([reminder(0)], "nombre de jours"),
        ([PRENOTICE, Step(StepKind.PRENOTICE, Anchor.INVITATION, -3, "prenotice")], "deux fois"),
        ([LAST, reminder(85)], "suit le dernier rappel"),
        ([reminder(n) for n in (10, 20, 30)] + [LAST], "plus de 3 relances"),
        ([Step(StepKind.LAST_CALL, Anchor.END, -95, "last_call")], "avant l’invitation"),
        ([Step(StepKind.LAST_CALL, Anchor.INVITATION, 20, "last_call")], "avant la fin"),
        ([Step(StepKind.PRENOTICE, Anchor.END, -20, "prenotice")], "avant l’invitation"),
    ],
    ids=lambda value: value if isinstance(value, str) else "steps",
)
def test_an_order_that_does_not_hold_is_refused(steps: list[Step], why: str) -> None:
    with pytest.raises(BadCalendar) as refused:
        in_order(steps, OPENS, ENDS)

    assert why in str(refused.value)


def for_whom(step: Step, audience: Audience) -> Step:
    return replace(step, audience=audience)


def letter(days: int) -> Step:
    return Step(StepKind.LETTER, Anchor.INVITATION, days)


def test_what_speaks_to_others_may_fall_in_the_same_week() -> None:
    started = for_whom(reminder(17), Audience.STARTED)
    unstarted = for_whom(reminder(15), Audience.UNSTARTED)
    last = [for_whom(LAST, one) for one in (Audience.STARTED, Audience.UNSTARTED)]

    kept = in_order([*last, started, unstarted], OPENS, ENDS)

    assert [step.days for step in kept] == [15, 17, -10, -10]
    assert in_order([letter(20), letter(48), reminder(21)], OPENS, ENDS)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([reminder(15), for_whom(reminder(17), Audience.STARTED)], "moins d’une semaine"),
        ([for_whom(LAST, Audience.STARTED), LAST], "deux fois"),
        (
            [for_whom(reminder(n), Audience.STARTED) for n in (10, 20)] + [reminder(30), LAST],
            "plus de 3 relances",
        ),
        ([for_whom(PRENOTICE, Audience.UNSTARTED)], "aucune n’a encore commencé"),
        ([letter(20), letter(47)], "moins de 4 semaines"),
        ([letter(100)], "après la fin"),
    ],
    ids=["gap", "two last calls", "too many", "prenotice", "letters", "late letter"],
)
def test_what_one_authority_meets_keeps_the_order(steps: list[Step], why: str) -> None:
    with pytest.raises(BadCalendar) as refused:
        in_order(steps, OPENS, ENDS)

    assert why in str(refused.value)


def test_whom_a_step_speaks_to_is_part_of_what_it_says() -> None:
    changed = for_whom(FIRST, Audience.STARTED)

    assert not FIRST.same_as(changed)
    with pytest.raises(StepLocked):
        check_locked((FIRST,), [changed], [True])


def test_who_begins_after_the_day_of_a_step_is_past_it() -> None:
    started, unstarted = (for_whom(FIRST, one) for one in (Audience.STARTED, Audience.UNSTARTED))
    day, hour = OPENS + timedelta(days=15), timedelta(hours=1)

    assert [started.speaks_to(at, day) for at in (None, day - hour, day, day + hour)] == [
        False,
        True,
        True,
        False,
    ]
    assert [unstarted.speaks_to(at, day) for at in (None, day - hour)] == [True, False]


def test_what_has_begun_is_neither_moved_nor_removed_nor_preceded() -> None:
    kept = (PRENOTICE, FIRST, SECOND)
    begun = [True, True, False]

    assert check_locked(kept, [PRENOTICE, FIRST, LAST], begun) == (PRENOTICE, FIRST, LAST)
    for wanted in ([FIRST, SECOND], [PRENOTICE, reminder(20)], [reminder(3), PRENOTICE, FIRST], []):
        with pytest.raises(StepLocked):
            check_locked(kept, wanted, begun)


def test_a_step_that_stays_keeps_its_row() -> None:
    kept = tuple(Step(one.kind, one.anchor, one.days, one.words, id=7) for one in (FIRST, SECOND))

    (same, new) = check_locked(kept, [FIRST, LAST], [False, False])

    assert (same.id, new.id) == (7, 0)


def test_days_are_counted_by_the_clock_on_the_wall() -> None:
    """Nine in the morning stays nine in the morning when the hour changes, on 25 October."""
    assert FIRST.falls_at(datetime(2026, 10, 15, 7, 0, tzinfo=UTC), ENDS) == datetime(
        2026, 10, 30, 8, 0, tzinfo=UTC
    )
    assert FIRST.falls_at(datetime(2026, 10, 15, 7, 0, tzinfo=UTC), ENDS, "974") == datetime(
        2026, 10, 30, 7, 0, tzinfo=UTC
    )


NO_WORDS = (StepKind.TELEPHONE, StepKind.LETTER)


@given(
    st.lists(
        st.builds(
            lambda kind, anchor, days, audience: Step(
                kind, anchor, days, None if kind in NO_WORDS else "reminder", audience=audience
            ),
            st.sampled_from(StepKind),
            st.sampled_from(Anchor),
            st.integers(-100, 100),
            st.sampled_from(Audience),
        ),
        max_size=6,
    )
)
def test_what_is_accepted_keeps_its_order(steps: list[Step]) -> None:
    try:
        ordered = in_order(steps, OPENS, ENDS)
    except BadCalendar:
        return

    moments = [step.falls_at(OPENS, ENDS) for step in ordered]
    assert moments == sorted(moments)
    assert all(
        (at < OPENS) is (step.kind is StepKind.PRENOTICE) and at < ENDS
        for step, at in zip(ordered, moments, strict=True)
    )
    for begun in (Audience.STARTED, Audience.UNSTARTED):
        met = [step for step in ordered if step.audience in (Audience.ALL, begun)]
        mailed = [step.falls_at(OPENS, ENDS) for step in met if step.kind in MAILED]
        assert len(mailed) <= MOST
        assert all(later - one >= APART for one, later in pairwise(mailed))


def test_who_was_invited_too_lately_is_not_read_at_all() -> None:
    rules = Rules(USUAL_STEPS, ENDS, office_hours=False)
    now = OPENS + timedelta(days=20)

    first = rules.first_invited_by(now)

    assert first is not None
    assert now - timedelta(days=15) <= first <= now - timedelta(days=14)
    assert Rules((), ENDS, office_hours=False).first_invited_by(now) is None
    assert rules.first_invited_by(now, (StepKind.LETTER,)) is None
