"""The time. Rims call `now()` and pass it down; nobody below a rim does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_offset = timedelta(0)


def now() -> datetime:
    """The present moment of this house, aware, in UTC: real time plus the demo's offset."""
    return datetime.now(UTC) + _offset


def set_offset(offset: timedelta) -> None:
    """Shift this process's `now()`. Only the demo's clock does this; production refuses it."""
    global _offset
    _offset = offset


def paris(moment: datetime) -> datetime:
    """The same moment as people in France read it."""
    return moment.astimezone(PARIS)
