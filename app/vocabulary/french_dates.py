"""Days and hours as French people read them, in Paris time."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from app.now import paris

NBSP = "\u00a0"
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def day_month(moment: datetime) -> str:
    """`18 décembre`, `1er janvier`."""
    return _day(paris(moment).date())


def day_month_year(moment: datetime) -> str:
    """`18 décembre 2026`."""
    return f"{day_month(moment)} {paris(moment).year}"


def of_day(day: date) -> str:
    """`18 décembre 2026`, for a date that has no hour."""
    return f"{_day(day)} {day.year}"


def whole_day(moment: datetime) -> str:
    """`vendredi 18 décembre 2026`."""
    return f"{_DAYS[paris(moment).weekday()]} {day_month_year(moment)}"


def hour(moment: datetime) -> str:
    """`10 h 42`, `9 h`."""
    local = paris(moment)
    minutes = f"{NBSP}{local.minute:02}" if local.minute else ""
    return f"{local.hour}{NBSP}h{minutes}"


def day_and_hour(moment: datetime) -> str:
    """`15 septembre à 10 h 04`."""
    return f"{day_month(moment)} à {hour(moment)}"


def days_between(start: datetime, end: datetime) -> int:
    """Nights between two moments, counted on the calendar of Paris; never below zero."""
    return max((paris(end).date() - paris(start).date()).days, 0)


def when(moment: datetime, now: datetime) -> str:
    """`à 10 h 42`, `hier à 16 h 40`, `le 12 novembre`: enough to remember which time it was."""
    nights = days_between(moment, now)
    if nights == 0:
        return f"à {hour(moment)}"
    if nights == 1:
        return f"hier à {hour(moment)}"
    return f"le {day_month(moment)}"


def _day(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{_MONTHS[day.month - 1]}"


def wait_in_words(wait: timedelta) -> str:
    """`40 secondes`, `12 minutes`: rounded up, so that it is enough."""
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        return f"{seconds}{NBSP}seconde{'s' if seconds > 1 else ''}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes}{NBSP}minute{'s' if minutes > 1 else ''}"
