"""The calendar of a campaign: nine themes in three waves, a quarter each. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from app.now import PARIS
from app.vocabulary.themes import THEMES

MONTHS_A_WAVE = 3
THEMES_A_WAVE = 3

# By month of opening; an opening in December belongs to the winter of the next year.
_SEASONS = ("d’hiver", "de printemps", "d’été", "d’automne")


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """One wave as planned: its themes in their official order, its first and last moments."""

    number: int
    label: str
    opens_at: datetime
    ends_at: datetime  # the last second of its last day in Paris, so that the day reads right
    themes: tuple[str, ...]


def planned_waves(first_opens_at: datetime) -> tuple[PlannedWave, ...]:
    """Every wave of a campaign whose first one opens then; one ends the day before the next."""
    count = len(THEMES) // THEMES_A_WAVE
    openings = [_months_later(first_opens_at, MONTHS_A_WAVE * rank) for rank in range(count + 1)]
    return tuple(
        PlannedWave(
            number=rank + 1,
            label=label_of(openings[rank]),
            opens_at=openings[rank],
            ends_at=_eve_of(openings[rank + 1]),
            themes=tuple(
                theme.code for theme in THEMES[rank * THEMES_A_WAVE : (rank + 1) * THEMES_A_WAVE]
            ),
        )
        for rank in range(count)
    )


def label_of(opens_at: datetime) -> str:
    """`Vague d’automne 2026`."""
    local = opens_at.astimezone(PARIS)
    year = local.year + (local.month == 12)
    return f"Vague {_SEASONS[local.month % 12 // 3]} {year}"


def _months_later(moment: datetime, months: int) -> datetime:
    """The same local day and hour, months later; the month's last day when it has no such day."""
    local = moment.astimezone(PARIS)
    year, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + year, month + 1
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(UTC)


def _eve_of(moment: datetime) -> datetime:
    """23:59:59 in Paris, the day before."""
    day = moment.astimezone(PARIS).date() - timedelta(days=1)
    return datetime.combine(day, time(23, 59, 59), PARIS).astimezone(UTC)
