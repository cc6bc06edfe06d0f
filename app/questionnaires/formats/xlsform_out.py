"""A questionnaire as an XLSForm: sheets survey, choices and settings of a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.interview.definition import to_definition
from app.interview.kinds import registry
from app.interview.questionnaire import Question, Questionnaire
from app.questionnaires.formats.answers_file import (
    TERRITORY_CODE,
    TERRITORY_KIND,
    VERSION,
    answer_columns,
)
from app.questionnaires.formats.xlsform_layout import (
    ADVICE_EXTRAS,
    CHOICES,
    OURS,
    POPULATION,
    QUESTION_EXTRAS,
    SECTION,
    SETTINGS,
    SETTINGS_EXTRAS,
    SHARED,
    SPECIAL,
    SURVEY_COLUMNS,
    TERRITORY_GROUP,
    TERRITORY_KINDS_LIST,
    TYPES,
    Codec,
)
from app.questionnaires.formats.xml_text import fit_for_cell
from app.questionnaires.formats.xpath_out import constraint, relevant, specials_relevant
from app.vocabulary.territory_kinds import LABELS

Row = Mapping[str, str]


def to_xlsform(questionnaire: Questionnaire) -> bytes:
    """The workbook (.xlsx). Read back by `from_xlsform`, it gives an equal questionnaire."""
    answer_columns(questionnaire)  # refuses a question that bears the name of a reserved field
    book = Workbook()
    book.remove(book.worksheets[0])
    ours = [*QUESTION_EXTRAS, *ADVICE_EXTRAS]
    _sheet(book, "survey", _with_ours(SURVEY_COLUMNS, ours), _survey(questionnaire))
    _sheet(book, "choices", CHOICES, _choices(questionnaire))
    _sheet(book, "settings", _with_ours(SETTINGS, SETTINGS_EXTRAS), [_settings(questionnaire)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with_ours(columns: Sequence[str], ours: Iterable[str]) -> list[str]:
    return [*columns, *(f"{OURS}{name}" for name in ours)]


def _sheet(book: Workbook, title: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    sheet: Worksheet = book.create_sheet(title)
    for column, name in enumerate(columns, start=1):
        cell = sheet.cell(1, column, name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 24
    sheet.freeze_panes = "C2"
    for line, row in enumerate(rows, start=2):
        for column, name in enumerate(columns, start=1):
            if row.get(name):
                cell = sheet.cell(line, column, fit_for_cell(row[name]))
                cell.data_type = "s"  # a text that begins with = is a text


def _survey(questionnaire: Questionnaire) -> Iterator[Row]:
    yield from _territory(questionnaire)
    definitions = {
        question["code"]: question
        for section in to_definition(questionnaire)["sections"]
        for question in section["questions"]
    }
    for section in questionnaire.sections:
        name = f"{SECTION}{section.code}"
        yield {"type": "begin_group", "name": name, "label": section.title}
        for question in section.questions:
            yield _question(questionnaire, question, definitions[question.code])
            if question.specials and not question.choices:
                yield _specials(questionnaire, question)
        yield {"type": "end_group", "name": name}


def _territory(questionnaire: Questionnaire) -> Iterator[Row]:
    """Whose answers these are: what the answers file's first columns hold."""
    asked = {"required": "yes"}
    label = "À propos de votre collectivité"
    yield {"type": "begin_group", "name": TERRITORY_GROUP, "label": label}
    of_kind = f"select_one {TERRITORY_KINDS_LIST}"
    label = "Quel est le genre de votre collectivité\u00a0?"
    yield {"type": of_kind, "name": TERRITORY_KIND, "label": label} | asked
    label = "Quel est son code officiel\u00a0?"
    hint = "Code Insee d’une commune, numéro SIREN sinon."
    yield {"type": "text", "name": TERRITORY_CODE, "label": label, "hint": hint} | asked
    label, hint = "Combien d’habitants compte-t-elle\u00a0?", "Laissez vide si vous l’ignorez."
    yield {"type": "integer", "name": POPULATION, "label": label, "hint": hint}
    version = f"'{questionnaire.version}'"
    yield {"type": "calculate", "name": VERSION, "calculation": version}
    yield {"type": "end_group", "name": TERRITORY_GROUP}


def _question(questionnaire: Questionnaire, question: Question, given: dict[str, Any]) -> Row:
    rule = constraint(question)
    listed = f" {list_name(question)}" if question.choices else ""
    row = {
        "type": f"{TYPES[question.kind]}{listed}",
        "name": question.code,
        "label": question.text,
        "hint": question.help,
        "relevant": relevant(questionnaire, question),
        "constraint": rule,
        "constraint_message": registry.expects(question) if rule else "",
    }
    worth = {c.code: c.points for c in question.choices if c.points is not None}
    advice = given.get("advice", {})
    given = given | ({"points": worth} if worth else {})
    return (
        row
        | {
            f"{OURS}{k}": codec.write(given[k])
            for k, codec in QUESTION_EXTRAS.items()
            if k in given
        }
        | {f"{OURS}{column}": advice.get(key, "") for column, key in ADVICE_EXTRAS.items()}
    )


def _specials(questionnaire: Questionnaire, question: Question) -> Row:
    return {
        "type": f"select_one {list_name(question)}",
        "name": f"{question.code}{SPECIAL}",
        "label": f"Sans réponse à «\u00a0{question.short}\u00a0», dites pourquoi",
        "relevant": specials_relevant(questionnaire, question),
    }


def list_name(question: Question) -> str:
    """The list of what can be picked: the question's own, but for what many questions share."""
    specials = "".join(f".{special.value}" for special in question.specials)
    if question.kind == "scale":
        return f"{SHARED}scale{specials}"
    return question.code if question.choices else f"{SHARED}special{specials}"


def _choices(questionnaire: Questionnaire) -> Iterator[Row]:
    for kind, label in LABELS.items():
        yield {"list_name": TERRITORY_KINDS_LIST, "name": kind.value, "label": label}
    written: set[str] = set()
    for question in questionnaire.questions:
        name = list_name(question)
        if name in written:
            continue
        written.add(name)
        for option in question.options:
            yield {"list_name": name, "name": option.code, "label": option.label}


def _settings(questionnaire: Questionnaire) -> Row:
    given = to_definition(questionnaire)
    return {
        "form_title": questionnaire.title,
        "form_id": questionnaire.theme,
        "version": str(questionnaire.version),
        "default_language": "fr",
    } | _extras(SETTINGS_EXTRAS, given)


def _extras(codecs: Mapping[str, Codec], given: Mapping[str, Any]) -> dict[str, str]:
    return {f"{OURS}{key}": c.write(given[key]) for key, c in codecs.items() if key in given}
