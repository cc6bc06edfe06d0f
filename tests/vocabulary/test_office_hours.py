"""When one may write: each authority's own days and hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vocabulary.office_hours import (
    CLOSES,
    OPENS,
    days_later,
    departement_of,
    is_open,
    next_open,
    next_open_for_all,
    zone_of,
)

PLACES = ("23", "2A", "57", "67", "68", "971", "972", "973", "974", "976", "")
MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def local(moment: datetime, place: str) -> str:
    return f"{moment.astimezone(zone_of(place)):%d/%m/%Y %H:%M}"


@pytest.mark.parametrize(
    ("place", "opens"),
    [
        ("23", "2026-09-15T06:00"),
        ("974", "2026-09-15T04:00"),
        ("976", "2026-09-15T05:00"),
        ("971", "2026-09-15T12:00"),
        ("972", "2026-09-15T12:00"),
        ("973", "2026-09-15T11:00"),
    ],
    ids=lambda value: value,
)
def test_the_day_begins_at_eight_where_the_authority_is(place: str, opens: str) -> None:
    midnight = datetime(2026, 9, 15, tzinfo=UTC)

    assert next_open(midnight, place) == datetime.fromisoformat(opens).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "place", "opens"),
    [
        ("2026-09-18T17:00", "23", "21/09/2026 08:00"),  # Friday evening: Monday
        ("2026-09-18T16:59", "23", "18/09/2026 16:59"),
        ("2027-03-25T18:00", "23", "26/03/2027 08:00"),  # Good Friday is a day like another
        ("2027-03-25T18:00", "67", "30/03/2027 08:00"),  # but not in Alsace, nor in Moselle
        ("2027-03-25T18:00", "57", "30/03/2027 08:00"),
        ("2028-12-25T18:00", "68", "27/12/2028 08:00"),  # Saint Stephen's
        ("2028-12-25T18:00", "54", "26/12/2028 08:00"),
        ("2027-12-19T18:00", "974", "21/12/2027 08:00"),  # the end of slavery, each its own day
        ("2027-05-26T18:00", "971", "28/05/2027 08:00"),
        ("2028-05-21T18:00", "972", "23/05/2028 08:00"),
        ("2027-06-09T18:00", "973", "11/06/2027 08:00"),
        ("2027-04-26T18:00", "976", "28/04/2027 08:00"),
    ],
)
def test_the_next_opening_is_a_working_day_there(after: str, place: str, opens: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=zone_of(place))

    assert local(next_open(moment, place), place) == opens


def test_eight_is_eight_before_and_after_the_hour_changes() -> None:
    friday, monday = datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)

    assert next_open(friday, "23") == datetime(2026, 10, 23, 6, tzinfo=UTC)
    assert next_open(monday, "23") == datetime(2026, 10, 26, 7, tzinfo=UTC)
    assert next_open(monday, "974") == datetime(2026, 10, 26, 4, tzinfo=UTC)  # it does not there


def test_one_mail_to_two_oceans_waits_for_both() -> None:
    found = next_open_for_all(datetime(2026, 9, 15, tzinfo=UTC), ["974", "972", "23"])

    assert found == datetime(2026, 9, 15, 12, tzinfo=UTC)
    assert all(is_open(found, place) for place in ("974", "972", "23"))


def test_a_region_of_one_departement_keeps_its_hours() -> None:
    assert departement_of(None, "04") == "974"
    assert departement_of("01", "84") == "01"  # the Ain, not Guadeloupe
    assert departement_of(None, "75") == ""


@given(MOMENTS, st.sampled_from(PLACES))
def test_the_next_opening_is_open_and_nothing_was_open_before(moment: datetime, place: str) -> None:
    found = next_open(moment, place)

    assert found >= moment
    assert is_open(found, place)
    assert next_open(found, place) == found
    assert found == moment or found.astimezone(zone_of(place)).time() == OPENS
    between = moment + (found - moment) / 2
    assert found == moment or next_open(between, place) == found
    assert not is_open(found.astimezone(zone_of(place)).replace(hour=CLOSES.hour), place)


@given(MOMENTS, st.sets(st.sampled_from(PLACES), min_size=1, max_size=4))
def test_all_are_open_at_once_or_the_first_decides(moment: datetime, places: set[str]) -> None:
    found = next_open_for_all(moment, places)

    assert found >= moment
    together = all(is_open(found, place) for place in places)
    assert together or found == next_open(moment, min(places))


@given(MOMENTS, st.integers(-60, 60), st.sampled_from(PLACES))
def test_days_later_is_the_same_hour_of_another_day(
    moment: datetime, days: int, place: str
) -> None:
    at, later = moment.astimezone(zone_of(place)), days_later(moment, days, place)

    assert (later.astimezone(zone_of(place)).date() - at.date()) == timedelta(days=days)
    assert abs(later - moment - timedelta(days=days)) <= timedelta(hours=1)
