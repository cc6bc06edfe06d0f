"""The calendar of a year: three waves, nine themes, a quarter each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.calendar import label_of, planned_waves
from app.now import paris
from app.vocabulary.themes import THEMES

START = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)


def test_three_waves_of_three_themes_in_their_official_order() -> None:
    waves = planned_waves(START)

    asked = [theme for wave in waves for theme in wave.themes]
    assert asked == [theme.code for theme in THEMES]
    assert [len(wave.themes) for wave in waves] == [3, 3, 3]


def test_each_wave_is_named_after_its_season() -> None:
    assert [wave.label for wave in planned_waves(START)] == [
        "Vague d’automne 2026",
        "Vague d’hiver 2027",
        "Vague de printemps 2027",
    ]
    assert label_of(datetime(2026, 8, 31, 23, 0, tzinfo=UTC)) == "Vague d’automne 2026"


def test_a_wave_ends_with_the_last_second_of_its_last_day_in_paris() -> None:
    first, second, _ = planned_waves(START)

    assert paris(first.ends_at).strftime("%d/%m/%Y %H:%M:%S") == "14/12/2026 23:59:59"
    assert paris(second.opens_at).strftime("%d/%m/%Y %H:%M") == "15/12/2026 10:00"


def test_a_campaign_may_open_on_the_last_day_of_a_long_month() -> None:
    waves = planned_waves(datetime(2026, 11, 30, 9, 0, tzinfo=UTC))

    assert [paris(wave.opens_at).day for wave in waves] == [30, 28, 30]


@given(st.integers(0, 6_000))
def test_waves_never_overlap_nor_leave_a_day_out(days: int) -> None:
    waves = planned_waves(START + timedelta(days=days, hours=days % 24))

    for one, following in pairwise(waves):
        gap = following.opens_at - one.ends_at
        assert timedelta(0) < gap <= timedelta(days=1, hours=1)
        assert one.opens_at < one.ends_at
