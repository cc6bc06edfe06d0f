"""Numbers as French people write them: `12 000`, `12.000`, `12,5`, `12 000 hab.`, `45 %`."""

from __future__ import annotations

import re

from app.interview.french import fold

_NUMBER = re.compile(
    r"(?P<sign>-?)\s*"
    r"(?P<whole>[0-9]{1,3}(?:[ .][0-9]{3})+(?![0-9])|[0-9]{1,12})"
    r"(?:[.,](?P<decimals>[0-9]{1,6}))?(?![0-9.,])"
    r"\s*(?P<thousands>k\b|mille\b|milliers?\b)?\s*(?P<unit>.*)"
)

_RAISED = re.compile("[0-9][\u00b9\u00b2\u00b3\u2070-\u2079]|[\u00bc-\u00be]")

_ALSO_WRITTEN = {
    "%": ("%", "pour cent", "pourcent", "pourcents", "pour-cent", "p. cent", "p. 100"),
    "€": ("€", "euro", "euros", "eur"),
}


def raised(text: str) -> bool:
    """Whether a figure is raised or a fraction is one sign: folding reads `5²` as 52."""
    return _RAISED.search(text) is not None


def parse_number(text: str, unit: str) -> int | float | None:
    """The number written, None when it is not one, or one that can be read in two ways.

    `12,000` is 12 for a French reader and 12 000 for an English one: refused. A unit is
    accepted when it is the question's, possibly shortened ("hab." for "habitants").
    """
    if raised(text):
        return None
    match = _NUMBER.fullmatch(fold(text))
    if not match or not _same_unit(match["unit"], unit):
        return None
    decimals = match["decimals"] or ""
    if len(decimals) == 3:
        return None
    value = float(f"{re.sub('[ .]', '', match['whole'])}.{decimals or 0}")
    value *= (-1 if match["sign"] else 1) * (1000 if match["thousands"] else 1)
    return int(value) if value.is_integer() else value


def _same_unit(written: str, unit: str) -> bool:
    if written.strip(" .") == "":
        return True
    if unit in _ALSO_WRITTEN:
        return written in _ALSO_WRITTEN[unit] or written.rstrip(" .") in _ALSO_WRITTEN[unit]
    short = written.removeprefix("d'").removeprefix("de ").rstrip(" .")
    return len(short) >= 2 and fold(unit).startswith(short)
