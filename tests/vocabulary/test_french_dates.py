"""Days and hours as a secretary reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.vocabulary.french_dates import day_month_year, days_between, hour, when, whole_day

NOON = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)


def test_hours_are_those_of_paris() -> None:
    assert hour(NOON) == "12\u00a0h\u00a005"
    assert hour(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == "0\u00a0h"


def test_days_are_written_whole() -> None:
    assert whole_day(NOON) == "mardi 24\u00a0novembre 2026"
    assert day_month_year(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1er\u00a0janvier 2027"


def test_the_nearer_the_more_precise() -> None:
    assert when(NOON, NOON) == "à 12\u00a0h\u00a005"
    assert when(NOON, NOON + timedelta(hours=12)) == "hier à 12\u00a0h\u00a005"
    assert when(NOON, NOON + timedelta(days=5)) == "le 24\u00a0novembre"


def test_days_left_are_counted_on_the_calendar() -> None:
    midnight = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
    assert days_between(midnight, midnight + timedelta(minutes=2)) == 1
    assert days_between(NOON, NOON - timedelta(days=3)) == 0
