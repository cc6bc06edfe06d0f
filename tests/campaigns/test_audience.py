"""Steps for those who began, and for those who did not: never the other's, never twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns import plan
from app.campaigns.foresight import foreseen
from app.campaigns.plan import Sending, asked_reminders
from app.campaigns.reminders import Silent, next_reminder, once_written_to
from app.campaigns.steps import APART, MOST, BadCalendar, Rules, Step, in_order
from app.vocabulary.wave_steps import Anchor, Audience, StepKind

INVITED = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
ENDS = INVITED + timedelta(days=90)
DAY = timedelta(days=1)
SILENT = Silent(
    case_id=1,
    wave_id=1,
    address_id=1,
    disposition="invited",
    occasion="batch:1",
    link_id=None,
    invited_at=INVITED,
    reminders=(),
    n_planned=0,
    last_reminded_at=None,
    departement="974",  # where the hour never changes
)


def reminder(days: int, audience: Audience, number: int) -> Step:
    return Step(StepKind.REMINDER, Anchor.INVITATION, days, "reminder", number, audience)


def rules(*steps: Step) -> Rules:
    return Rules(steps, ENDS, office_hours=False)


UNSTARTED, STARTED, ALL = (
    reminder(10, Audience.UNSTARTED, 1),
    reminder(12, Audience.STARTED, 2),
    reminder(20, Audience.ALL, 3),
)
THREE = rules(UNSTARTED, STARTED, ALL)


def next_id(silent: Silent, days: float, of: Rules = THREE) -> tuple[int, float] | None:
    """The step that comes next, and how many days after the invitation."""
    found = next_reminder(silent, of, now=INVITED + days * DAY)
    return None if found is None else (found.step.id, (found.at - INVITED) / DAY)


def begun(days: float, silent: Silent = SILENT) -> Silent:
    return replace(silent, disposition="started", begun_at=INVITED + days * DAY)


def reminded(silent: Silent, step: int, days: float) -> Silent:
    at = INVITED + days * DAY
    return once_written_to(silent, (at,), reminded_at=at, step_id=step)


def test_each_gets_what_is_theirs() -> None:
    assert next_id(SILENT, 0) == (1, 10)
    assert next_id(begun(3), 3) == (2, 12)


def test_who_begins_once_reminded_goes_on_with_what_is_for_those_who_began() -> None:
    """Counted by number alone, the second of the silent would be taken for the second of all."""
    told = reminded(SILENT, 1, 10)

    assert next_id(told, 10) == (3, 20)
    assert next_id(begun(11, told), 11) == (2, 17)  # a week after the first
    assert next_id(reminded(begun(11, told), 2, 17), 17) == (3, 24)


def test_who_begins_late_is_not_reminded_of_it_at_once() -> None:
    only = rules(STARTED)

    assert next_id(SILENT, 40, only) is None
    assert next_id(begun(40), 40, only) is None


def test_a_reminder_that_staff_asked_for_stands_for_the_next_of_theirs() -> None:
    assert next_id(reminded(SILENT, 0, 5), 5) == (3, 20)
    assert next_id(reminded(begun(3), 0, 5), 5) == (3, 20)


def test_nothing_follows_the_last_call_of_either() -> None:
    last = [
        Step(StepKind.LAST_CALL, Anchor.END, -days, "last_call", number, audience)
        for days, number, audience in ((10, 8, Audience.UNSTARTED), (9, 9, Audience.STARTED))
    ]
    told = reminded(SILENT, 8, 80)

    assert next_id(SILENT, 70, rules(*last)) == (8, 80)
    assert next_id(begun(80.5, told), 81, rules(*last)) is None


def test_whoever_has_begun_and_whoever_has_not_are_not_told_in_one_message() -> None:
    together = rules(replace(UNSTARTED, days=12), STARTED)
    now = INVITED + 12 * DAY

    planned = plan.due_reminders([SILENT, replace(begun(1), case_id=2)], {1: together}, now=now)

    assert {(one.step and one.step.id, one.case_ids) for one in planned} == {(1, (1,)), (2, (2,))}
    assert len({one.occasion for one in planned}) == 2
    asked = asked_reminders(
        [SILENT, replace(begun(1), case_id=2)], {1: together}, request="request", now=now
    )
    assert [one.case_ids for one in asked] == [(1, 2)]


@dataclass(frozen=True, slots=True)
class Life:
    """A calendar, and what happens to one case of it."""

    steps: tuple[Step, ...]
    begins: float | None  # days after the invitation
    asked: frozenset[int]  # the days on which staff ask for a reminder
    stopped: tuple[int, int]  # our machines stand still from one day to another


def _steps(found: list[Step]) -> tuple[Step, ...]:
    kept: tuple[Step, ...] = ()
    for step in found:
        try:
            kept = in_order([*kept, step], INVITED, ENDS)
        except BadCalendar:
            continue
    return tuple(replace(step, id=number) for number, step in enumerate(kept, start=1))


AUDIENCES = st.sampled_from(Audience)
STEPS = st.one_of(
    st.builds(lambda days, whom: reminder(days, whom, 0), st.integers(1, 85), AUDIENCES),
    st.builds(
        lambda days, whom: Step(StepKind.LAST_CALL, Anchor.END, -days, "last_call", 0, whom),
        st.integers(1, 40),
        AUDIENCES,
    ),
)
LIVES = st.builds(
    Life,
    st.lists(STEPS, min_size=1, max_size=10).map(_steps),
    st.none() | st.floats(0, 89),
    st.frozensets(st.integers(1, 89), max_size=2),
    st.tuples(st.integers(0, 89), st.integers(0, 30)).map(lambda two: (two[0], sum(two))),
)


def lived(life: Life) -> list[tuple[Sending, Silent]]:
    """What the clock and staff sent, day after day, each with what was known of the case then."""
    of = {1: Rules(life.steps, ENDS, office_hours=False)}
    silent, sent = SILENT, []
    for hours in range(6, 90 * 24, 6):
        now = INVITED + timedelta(hours=hours)
        if life.stopped[0] <= hours / 24 < life.stopped[1]:
            continue
        if life.begins is not None and life.begins * 24 <= hours:
            silent = begun(life.begins, silent)
        planned = plan.due_reminders([silent], of, now=now)
        if not planned and hours % 24 == 0 and hours // 24 in life.asked:
            planned = asked_reminders([silent], of, request=f"request-{hours}", now=now)
        for one in planned:
            sent.append((one, silent))
            silent = once_written_to(
                silent, (now,), reminded_at=now, step_id=one.step.id if one.step else 0
            )
    return sent


@given(LIVES)
def test_whatever_happens_each_step_comes_once_and_to_its_own(life: Life) -> None:
    sent = lived(life)

    steps = [(one.step, silent) for one, silent in sent if one.step is not None]
    ids = [step.id for step, _ in steps]
    assert len(ids) == len(set(ids))
    for step, silent in steps:
        other = Audience.UNSTARTED if silent.begun_at else Audience.STARTED
        assert step.audience is not other
    assert len(sent) <= MOST
    falls = [step.falls_at(INVITED, ENDS) for step, _ in steps]
    assert falls == sorted(falls), "a case never goes back"
    kinds = [step.kind for step, _ in steps]
    assert StepKind.LAST_CALL not in kinds[:-1]
    calendar = [one.leaves_at for one, _ in sent if one.step is not None]
    assert all(later - one >= APART for one, later in pairwise(calendar))
    assert len({one.occasion for one, _ in sent}) == len(sent)


@given(LIVES, st.booleans())
def test_what_is_foreseen_is_what_then_comes_if_nothing_happens(
    life: Life, has_begun: bool
) -> None:
    quiet = replace(life, begins=0.0 if has_begun else None, asked=frozenset(), stopped=(0, 0))
    silent = begun(0) if has_begun else SILENT

    told = foreseen(
        [silent],
        [],
        {1: Rules(life.steps, ENDS, office_hours=False)},
        now=INVITED,
        until=ENDS - timedelta(hours=6),
    )

    assert [(one.step, one.leaves_at) for one in told] == [
        (one.step, one.leaves_at) for one, _ in lived(quiet)
    ]


@pytest.mark.parametrize("n", range(1, 4))
def test_where_all_are_spoken_to_a_case_takes_them_as_it_always_did(n: int) -> None:
    """One step a reminder, whether the message says which step it was or not."""
    steps = [reminder(days, Audience.ALL, number) for number, days in enumerate((10, 20, 30), 1)]
    named, unnamed = SILENT, SILENT
    for number in range(1, n):
        named = reminded(named, number, 10 * number)
        unnamed = reminded(unnamed, 0, 10 * number)

    assert next_id(named, 0, rules(*steps)) == next_id(unnamed, 0, rules(*steps)) == (n, 10 * n)
