"""How our questionnaires lie in an XLSForm: names, columns and the way each property is written.

What XLSForm has no word for stands in columns of ours, `barometre::why` for instance, so that
reading a form back gives an equal questionnaire; other tools take them for remarks.

- A section is a group, `section.places`. A first group asks kind, code and population of the
  authority, which conditions look at; a calculated field bears the version.
- "Je ne sais pas" and "Non concerné" are the last choices of a list. After a number or a text,
  they are a question of their own, `budget.special`, asked while the answer is empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

OURS = "barometre::"
SECTION = "section."
SPECIAL = ".special"
TERRITORY_GROUP = "about.territory"
SHARED = "shared."
TERRITORY_KINDS_LIST = f"{SHARED}territory_kinds"
POPULATION = "territory_population"

SURVEY = ("type", "name", "label", "hint", "relevant", "constraint", "constraint_message")
SURVEY_COLUMNS = (*SURVEY, "required", "calculation")
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id", "version", "default_language")

TYPES: Mapping[str, str] = {
    "single": "select_one",
    "scale": "select_one",
    "multiple": "select_multiple",
    "integer": "integer",
    "percentage": "decimal",
    "text": "text",
}
"""Kind → XLSForm type."""


class Unreadable(ValueError):
    """A cell of ours that does not hold what it must. `args[0]`: a French reason, no full stop."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How a property of a definition is written in a cell, and read back."""

    write: Callable[[object], str]
    read: Callable[[str], object]


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Unreadable("on attend un nombre entier") from None


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false", "yes", "no"):
        raise Unreadable("on attend true ou false")
    return text.lower() in ("true", "yes")


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable('on attend du JSON, comme {"indicator": "dpnt_website"}') from None


def _write_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pairs(text: str) -> dict[str, int]:
    """`yes=6 planned=2 no=0`."""
    found: dict[str, int] = {}
    for part in text.split():
        name, sign, points = part.partition("=")
        if not sign or name in found:
            raise Unreadable("on attend la forme yes=6 planned=2 no=0")
        found[name] = _whole(points)
    return found


def _write_pairs(value: object) -> str:
    pairs = value.items() if isinstance(value, dict) else ()
    return " ".join(f"{name}={points}" for name, points in pairs)


def _thresholds(text: str) -> list[dict[str, int]]:
    """`1=1 25=2`: from 1, one point; from 25, two."""
    return [{"at_least": _whole(k), "points": points} for k, points in _pairs(text).items()]


def _write_thresholds(value: object) -> str:
    steps = value if isinstance(value, list) else []
    return " ".join(f"{step['at_least']}={step['points']}" for step in steps)


TEXT = Codec(str, str)
WHOLE = Codec(str, _whole)
FLAG = Codec(lambda value: "true" if value else "false", _flag)
PAIRS = Codec(_write_pairs, _pairs)
THRESHOLDS = Codec(_write_thresholds, _thresholds)
JSON = Codec(_write_json, _json)
CODES = Codec(lambda value: " ".join(value if isinstance(value, list) else []), str.split)

QUESTION_EXTRAS: Mapping[str, Codec] = {
    "kind": TEXT,
    "short": TEXT,
    "why": TEXT,
    "unit": TEXT,
    "points": PAIRS,
    "thresholds": THRESHOLDS,
    "most_points": WHOLE,
    "prefill": JSON,
    "comes_from": JSON,
}
"""Keys of a question's definition that have a column of ours, in the order of the columns."""

ADVICE_EXTRAS: Mapping[str, str] = {
    "advice": "text",
    "advice_resource_name": "resource_name",
    "advice_resource_url": "resource_url",
    "advice_gain_label": "gain_label",
}
"""Columns of the advice → its keys."""

SETTINGS_EXTRAS: Mapping[str, Codec] = {
    "number": WHOLE,
    "minutes": WHOLE,
    "draft": FLAG,
    "simulated": FLAG,
    "dropped": CODES,
}
