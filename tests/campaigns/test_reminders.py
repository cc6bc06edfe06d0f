"""Who is due a reminder, as a table and as what the silent receive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.plan import asked_reminders, due_reminders
from app.campaigns.reminders import MOST, Silent, due
from app.vocabulary.dispositions import DISPOSITIONS, D

NOW = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)
SILENT = Silent(
    case_id=1,
    wave_id=1,
    address_id=1,
    disposition="invited",
    occasion="batch:1",
    link_id=None,
    invited_at=NOW - timedelta(days=15),
    n_reminders=0,
    n_planned=0,
    last_reminded_at=None,
    n_recent=1,
)


@pytest.mark.parametrize(
    ("days", "n_reminders", "is_due"),
    [(14.9, 0, False), (15, 0, True), (29, 1, False), (30, 1, True), (60, 2, False)],
)
def test_reminders_come_fifteen_and_thirty_days_after(
    days: float, n_reminders: int, is_due: bool
) -> None:
    silent = replace(SILENT, invited_at=NOW - timedelta(days=days), n_reminders=n_reminders)

    assert due(silent, now=NOW) is is_due


@pytest.mark.parametrize("disposition", list(D))
def test_only_the_silent_are_reminded(disposition: D) -> None:
    silent = replace(SILENT, disposition=disposition)

    assert due(silent, now=NOW) is DISPOSITIONS[disposition].may_be_reminded


def test_after_a_long_stop_of_ours_nobody_gets_two_at_once() -> None:
    late = replace(
        SILENT,
        invited_at=NOW - timedelta(days=45),
        n_reminders=1,
        last_reminded_at=NOW - timedelta(days=1),
    )

    assert not due(late, now=NOW)
    assert due(late, now=NOW + timedelta(days=6))


def test_a_full_mailbox_of_the_month_waits() -> None:
    assert not due(replace(SILENT, n_recent=4), now=NOW)


def test_staff_may_ask_for_a_third_and_no_fourth() -> None:
    twice = replace(SILENT, n_reminders=2)

    assert len(asked_reminders([twice], request="request-1")) == 1
    assert asked_reminders([replace(SILENT, n_reminders=MOST)], request="request-1") == []


def test_the_themes_and_communes_of_one_mail_are_reminded_in_one() -> None:
    three = [replace(SILENT, case_id=case) for case in (3, 1, 2)]
    elsewhere = replace(SILENT, case_id=9, occasion="batch:2")

    first, second = due_reminders([*three, elsewhere], now=NOW)

    assert (first.case_ids, first.occasion) == ((1, 2, 3), "batch:1:reminder-1:case-1")
    assert second.case_ids == (9,)


def test_themes_that_went_different_ways_keep_each_their_reminders() -> None:
    back = replace(SILENT, case_id=1)  # handed over until now
    others = [
        replace(SILENT, case_id=case, n_reminders=1, n_planned=1, last_reminded_at=NOW)
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
                SILENT, case_id=case, address_id=address, n_reminders=n, n_planned=n
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
