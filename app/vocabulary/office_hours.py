"""When a town hall is open: its own time zone, working days and public holidays. Pure.

Days and hours are those of the authority's département. Public holidays are the law's (code du
travail L3133-1, and L3134-13 for Alsace and Moselle; loi n° 83-550 for the end of slavery
overseas), as the `holidays` library knows them. Bridge days and local feasts are not known.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from app.now import PARIS

OPENS = time(8)
CLOSES = time(17)  # excluded: nothing leaves from then on
SATURDAY = 5
LONGEST_CLOSED = 10  # days; no run of holidays and week-ends is as long

ZONES: dict[str, ZoneInfo] = {
    "971": ZoneInfo("America/Guadeloupe"),
    "972": ZoneInfo("America/Martinique"),
    "973": ZoneInfo("America/Cayenne"),
    "974": ZoneInfo("Indian/Reunion"),
    "976": ZoneInfo("Indian/Mayotte"),
}
# Where holidays are not those of the whole country: the library's names of places.
_PLACES = {"57": "57", "67": "6AE", "68": "6AE"} | {code: code for code in ZONES}

# A région without a département: these are of one, whose hours they keep.
_OF_REGION = {"01": "971", "02": "972", "03": "973", "04": "974", "06": "976"}


def departement_of(departement: str | None, region: str | None) -> str:
    """Whose hours an authority keeps, from its two codes; "" for those of Paris."""
    return departement or _OF_REGION.get(region or "", "")


def zone_of(departement: str) -> ZoneInfo:
    """The time zone of a département's code; Paris for all the others, and for none."""
    return ZONES.get(departement, PARIS)


def is_working_day(day: date, departement: str) -> bool:
    """Monday to Friday, unless it is a public holiday there."""
    return day.weekday() < SATURDAY and day not in _holidays(_PLACES.get(departement), day.year)


def is_open(moment: datetime, departement: str) -> bool:
    """Whether it is a working day between eight and five, in that département."""
    local = moment.astimezone(zone_of(departement))
    return OPENS <= local.time() < CLOSES and is_working_day(local.date(), departement)


def next_open(moment: datetime, departement: str) -> datetime:
    """The moment itself if it is open there then, else the next opening; in UTC."""
    if is_open(moment, departement):
        return moment.astimezone(UTC)
    local = moment.astimezone(zone_of(departement))
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    while not is_working_day(day, departement):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, local.tzinfo).astimezone(UTC)


def next_open_for_all(moment: datetime, departements: Collection[str]) -> datetime:
    """The next moment at which all these are open: one mail speaks of authorities far apart.

    Where their hours never meet (none do today), the first of them decides.
    """
    places = sorted(set(departements)) or [""]
    found = moment.astimezone(UTC)
    until = found + timedelta(days=LONGEST_CLOSED)
    while found < until:
        latest = max(next_open(found, place) for place in places)
        if latest == found:
            return found
        found = latest
    return next_open(moment, places[0])


def next_hour(moment: datetime, hour: int, departement: str) -> datetime:
    """The next moment, this one included, at which it is `hour` there on a working day; in UTC."""
    local = moment.astimezone(zone_of(departement))
    day = local.date()
    while True:
        found = datetime.combine(day, time(hour), local.tzinfo)
        if found >= moment and is_working_day(day, departement):
            return found.astimezone(UTC)
        day += timedelta(days=1)


def days_later(moment: datetime, days: int, departement: str) -> datetime:
    """The same hour of the clock there, so many days later (earlier if negative); in UTC."""
    local = moment.astimezone(zone_of(departement))
    return (local + timedelta(days=days)).astimezone(UTC)


@lru_cache(maxsize=256)
def _holidays(place: str | None, year: int) -> frozenset[date]:
    return frozenset(country_holidays("FR", subdiv=place, years=year, expand=False))
