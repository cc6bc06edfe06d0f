"""The codebook: one line a variable and value, with what it means and is worth.

A question with several choices is one column of the answers file (`channels`) and, in this book,
one variable a choice (`channels.bulletin`), for those who study it: 1 when the column holds the
code, 0 otherwise. The layout of the file itself is told in `answers_file`, whose functions are
also given here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from app.interview.french import number
from app.interview.kinds import registry
from app.interview.questionnaire import Question, Questionnaire
from app.questionnaires.formats.answers_file import (
    KEY_COLUMNS,
    TERRITORY_KIND,
    VERSION,
    Column,
    ReservedCode,
    answer_columns,
    read_cell,
    write_cell,
)
from app.questionnaires.formats.asked_of import EVERYONE, asked_of
from app.vocabulary.territory_kinds import LABELS

__all__ = [
    "KEY_COLUMNS",
    "CodebookRow",
    "Column",
    "ReservedCode",
    "answer_columns",
    "codebook_rows",
    "read_cell",
    "to_codebook_csv",
    "write_cell",
]

KIND_NAMES = {
    "single": "Une réponse au choix",
    "multiple": "Plusieurs réponses au choix",
    "scale": "Oui, prévu ou non",
    "integer": "Nombre entier",
    "percentage": "Pourcentage",
    "text": "Texte court",
}


@dataclass(frozen=True, slots=True)
class CodebookRow:
    """One line. `code` is empty for free values, which `label` then describes."""

    column: str
    variable: str
    text: str
    kind: str
    section: str
    asked: str
    code: str
    label: str
    points: int | None = None
    special: bool = False


_HEADERS = {
    "column": "colonne",
    "variable": "variable",
    "text": "intitulé",
    "kind": "nature",
    "section": "section",
    "asked": "posée à",
    "code": "code",
    "label": "sens",
    "points": "points",
    "special": "code spécial",
}


def codebook_rows(questionnaire: Questionnaire) -> tuple[CodebookRow, ...]:
    """The book's lines: the columns that say whose row it is, then each question's values."""
    rows: list[CodebookRow] = []
    for column in answer_columns(questionnaire):
        found = (
            _of_question(questionnaire, column.question)
            if column.question
            else _of_key(questionnaire, column)
        )
        rows.extend(found)
    return tuple(rows)


def _of_key(questionnaire: Questionnaire, column: Column) -> Iterator[CodebookRow]:
    values = {"": "Texte"}
    if column.name == TERRITORY_KIND:
        values = {kind.value: label for kind, label in LABELS.items()}
    if column.name == VERSION:
        values = {str(questionnaire.version): f"Version {questionnaire.version}"}
    for code, label in values.items():
        yield CodebookRow(
            column.name, column.name, column.label, "Repère", "", EVERYONE, code, label
        )


def _of_question(questionnaire: Questionnaire, question: Question) -> Iterator[CodebookRow]:
    place = questionnaire.section_of(question.code).title
    asked = asked_of(questionnaire, question)
    kind = KIND_NAMES[question.kind]

    def row(variable: str, code: str, label: str, points: int | None) -> CodebookRow:
        known = (question.code, variable, question.text, kind, place, asked)
        return CodebookRow(*known, code, label, points, special=False)

    for choice in question.choices:
        several = question.kind == "multiple"
        variable = f"{question.code}.{choice.code}" if several else question.code
        yield row(variable, choice.code, choice.label, choice.points)
    if not question.choices:
        worst = 0 if question.thresholds else None
        yield row(question.code, "", registry.expects(question), worst)
    for threshold in question.thresholds:
        least = f"À partir de {number(threshold.at_least)}"
        yield row(question.code, "", least, threshold.points)
    for special in question.specials:
        known = (question.code, question.code, question.text, kind, place, asked)
        yield CodebookRow(*known, special.value, special.label, None, special=True)


def to_codebook_csv(questionnaire: Questionnaire) -> bytes:
    """The book as French spreadsheets open it: UTF-8 with its mark, semicolons, no formula."""
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow(_HEADERS.values())
    for row in codebook_rows(questionnaire):
        sheet.writerow(_cell(getattr(row, f.name)) for f in fields(row))
    return out.getvalue().encode("utf-8-sig")


_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r]")


def _cell(value: object) -> str:
    """What a spreadsheet shows as it is; a text it would compute begins with an apostrophe."""
    if isinstance(value, bool):
        return "oui" if value else ""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text
