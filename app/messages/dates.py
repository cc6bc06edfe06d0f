"""Days as French people write them, in Paris."""

from __future__ import annotations

from datetime import datetime

from app.now import paris

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def long_day(moment: datetime) -> str:
    """`vendredi 18 décembre 2026`."""
    local = paris(moment)
    first = "1er" if local.day == 1 else str(local.day)
    return f"{_DAYS[local.weekday()]} {first} {_MONTHS[local.month - 1]} {local.year}"


def day_and_hour(moment: datetime) -> str:
    """`15 septembre à 10 h 04`."""
    local = paris(moment)
    first = "1er" if local.day == 1 else str(local.day)
    hour = f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
    return f"{first} {_MONTHS[local.month - 1]} à {hour}"


def days_between(now: datetime, then: datetime) -> int:
    """Whole days left on the calendar of Paris; 0 on the last day, and after it."""
    return max(0, (paris(then).date() - paris(now).date()).days)
