"""The layout of an answers file: one row an authority, one column a question of one theme.

- Columns: `territory_kind`, `territory_code`, `questionnaire_version`, then the questions' codes
  in their order.
- One choice (single, scale): its code. Several: their codes, separated by a space, as the field
  tools that read XLSForm do; a bar, a comma or a semicolon are read too.
- A number is written plain, with a decimal comma, as a French spreadsheet expects. Below 1, a
  percentage needs its sign (`0,5 %`): a bare 0,45 may mean 45 %.
- A text is written as it is. One that a spreadsheet could take for a formula, or that reads like
  a special code, is preceded by an apostrophe, which reading removes.
- Special answers: `dont_know`, `not_concerned`. An empty cell is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.errors import Refused
from app.interview.french import NBSP, one_line
from app.interview.kinds import registry
from app.interview.kinds.kind import BadValue, written
from app.interview.questionnaire import Question, Questionnaire
from app.interview.values import SPECIAL_CODES, Misread, Special, Value

TERRITORY_KIND = "territory_kind"
TERRITORY_CODE = "territory_code"
VERSION = "questionnaire_version"

KEY_COLUMNS: Mapping[str, str] = {
    TERRITORY_KIND: "Genre de collectivité",
    TERRITORY_CODE: "Code officiel de la commune (Insee), sinon SIREN",
    VERSION: "Version du questionnaire auquel la ligne répond",
}
"""The columns that say whose row it is, in order, with their French labels."""

_RESERVED = frozenset({*KEY_COLUMNS, "territory_population"})
_SEPARATORS = re.compile(r"[\s|,;]+")
_WHOLE = re.compile("-?[0-9]{1,400}")
_SHARE = re.compile(r"(-?[0-9]{1,400}(?:[.,][0-9]{1,400})?)\s*%")
_RISKY = rf"(?:[=+\-@].*|{'|'.join(sorted(SPECIAL_CODES))})"
_TO_ESCAPE = re.compile(f"'*{_RISKY}", re.DOTALL)
_ESCAPED = re.compile(f"'+{_RISKY}", re.DOTALL)


class ReservedCode(Refused):
    """A question that bears the name of a column of the answers file."""

    sentence = (
        "Donnez un autre code à la question «\u00a0{code}\u00a0». "
        "Ce nom est celui d’une colonne du fichier de réponses."
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answers file; `question` is None for those that say whose row it is."""

    name: str
    label: str
    question: Question | None = None


def answer_columns(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """The columns of the answers file of that questionnaire, in order."""
    for question in questionnaire.questions:
        if question.code in _RESERVED:
            raise ReservedCode(code=question.code)
    keys = (Column(name, label) for name, label in KEY_COLUMNS.items())
    asked = (
        Column(question.code, question.short, question) for question in questionnaire.questions
    )
    return (*keys, *asked)


def read_cell(question: Question, text: str) -> Value | Misread | None:
    """The answer of a cell; None when it is empty, and a sentence when it cannot be read."""
    stripped = text.strip()
    if not stripped:
        return None
    if stripped in SPECIAL_CODES:
        return registry.read(question, stripped)
    return _READERS[question.kind](question, stripped)


def write_cell(question: Question, value: Value) -> str:
    """The cell of an answer: `read_cell` reads back an equal one. `BadValue` if not an answer."""
    wrong = registry.check(question, value)
    if wrong:
        raise BadValue(f"{question.code}: {wrong.sentence}")
    if isinstance(value, Special):
        return value.value
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, str):
        return f"'{value}" if question.kind == "text" and _TO_ESCAPE.fullmatch(value) else value
    return _number(question, value)


def _number(question: Question, value: float) -> str:
    plain = format(Decimal(repr(value)), "f").replace(".", ",")
    plain = plain.rstrip("0").rstrip(",") if "," in plain else plain
    return plain if read_cell(question, plain) == value else f"{plain}{NBSP}%"


def _read_choice(question: Question, text: str) -> Value | Misread:
    return text if question.choice(text) else _codes(question, "un seul de ces codes", text)


def _read_choices(question: Question, text: str) -> Value | Misread:
    parts = list(filter(None, _SEPARATORS.split(text)))
    unknown = [part for part in parts if not question.choice(part) and part not in SPECIAL_CODES]
    if unknown or not parts:
        told = "un ou plusieurs de ces codes, séparés par une espace"
        return _codes(question, told, unknown[0] if unknown else text)
    return registry.read(question, parts)


def _codes(question: Question, told: str, text: str) -> Misread:
    codes = ", ".join(option.code for option in question.options)
    return written(f"Mettez {told}{NBSP}: {codes}.", text)


def _read_whole(question: Question, text: str) -> Value | Misread:
    if not _WHOLE.fullmatch(text):
        return registry.read(question, text)
    return registry.check(question, int(text)) or int(text)


def _read_share(question: Question, text: str) -> Value | Misread:
    """A share with its sign is taken to the letter; a bare one, as a form takes it."""
    signed = _SHARE.fullmatch(text)
    if not signed:
        return registry.read(question, text)
    value = float(signed[1].replace(",", "."))
    return registry.check(question, value) or (int(value) if value.is_integer() else value)


def _read_text(question: Question, text: str) -> Value | Misread:
    value = one_line(text[1:] if _ESCAPED.fullmatch(text) else text)
    return registry.check(question, value) or value


_READERS: Mapping[str, Callable[[Question, str], Value | Misread]] = {
    "single": _read_choice,
    "scale": _read_choice,
    "multiple": _read_choices,
    "integer": _read_whole,
    "percentage": _read_share,
    "text": _read_text,
}
"""Kind → how its cell is read, once known neither empty nor special."""
