"""An XLSForm → a questionnaire. What we cannot ask is refused, all at once, with each cell.

A form made in another tool has none of our columns: its questions get a short name cut from
their text, no points, and a reason to complete. `read_xlsform` tells what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.interview.definition import BadDefinition, from_definition
from app.interview.french import fold, listed, quoted
from app.interview.questionnaire import Questionnaire
from app.questionnaires.formats.faults import BadXlsForm, Faults, FormFault
from app.questionnaires.formats.workbook_in import Row, Sheet, open_workbook
from app.questionnaires.formats.xlsform_columns import table
from app.questionnaires.formats.xlsform_layout import OURS, SETTINGS_EXTRAS, Unreadable
from app.questionnaires.formats.xlsform_question import TO_COMPLETE
from app.questionnaires.formats.xlsform_survey import Survey, read_choices, read_survey
from app.vocabulary.themes import BY_CODE, THEMES

__all__ = ["BadXlsForm", "FormFault", "Imported", "from_xlsform", "read_xlsform"]

_SHEETS = ("survey", "choices", "settings")
_REFUSED_SHEETS = ("external_choices", "entities", "osm")
_SECONDS_A_QUESTION = 30
"""What a question takes, until its author says better."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A questionnaire read, and one French sentence a thing that is left to complete."""

    questionnaire: Questionnaire
    missing: tuple[str, ...]


def from_xlsform(data: bytes) -> Questionnaire:
    """The questionnaire of a workbook; `BadXlsForm` with every fault that can be told."""
    return read_xlsform(data).questionnaire


def read_xlsform(data: bytes) -> Imported:
    """The same, with what a form made elsewhere could not say."""
    faults = Faults()
    sheets = open_workbook(data, (*_SHEETS, *_REFUSED_SHEETS), faults)
    for name in _REFUSED_SHEETS:
        if name in sheets and sheets[name].rows:
            faults.note(f"feuille {name}", "cette feuille n’est pas admise, retirez-la")
    if "survey" not in sheets or not sheets["survey"].rows:
        faults.note("feuille survey", "elle est absente ou vide, mettez-y les questions")
        raise BadXlsForm(faults.found)
    tables = {name: table(sheets[name], faults) for name in _SHEETS if name in sheets}
    for header in ("type", "name"):
        if header not in tables["survey"].headers:
            faults.note("feuille survey", f"il manque la colonne «\u00a0{header}\u00a0»")
    settings = _settings_row(sheets, faults)
    title = settings.text("form_title") or settings.text("form_id") or "Questionnaire"
    choices = read_choices(tables.get("choices"), faults)
    survey = read_survey(tables["survey"], choices, title, faults)
    given, missing = _top(settings, survey, title, faults)
    return Imported(_build(given, survey, faults), (*missing, *_missing(survey)))


def _settings_row(sheets: dict[str, Sheet], faults: Faults) -> Row:
    rows = table(sheets["settings"], Faults()).rows if "settings" in sheets else []
    if len(rows) > 1:
        faults.note(rows[1].where, "une seule ligne est admise")
    return rows[0] if rows else Row("feuille settings", {})


def _top(
    settings: Row, survey: Survey, title: str, faults: Faults
) -> tuple[dict[str, Any], list[str]]:
    """What stands above the sections, and what is missing of it."""
    given: dict[str, Any] = {"title": title, "sections": survey.sections}
    for key, codec in SETTINGS_EXTRAS.items():
        cell = settings.cells.get(f"{OURS}{key}")
        try:
            given |= {key: codec.read(cell.text)} if cell else {}
        except Unreadable as error:
            faults.note(cell.where if cell else "", error.args[0])
    missing: list[str] = []
    theme = _theme(settings, title)
    given["theme"] = theme or "a_completer"
    version = settings.text("version")
    plain = version.isascii() and version.isdigit() and 0 < len(version) < 6 and int(version) > 0
    given["version"] = int(version) if plain else 1
    if not plain:
        missing.append("La version n’est pas un nombre\u00a0: nous avons mis 1.")
    for key, default in _defaults(theme, len(survey.questions)).items():
        if key not in given:
            given[key] = default
            missing.append(f"Il manque «\u00a0{key}\u00a0»\u00a0: nous avons mis {default}.")
    if not theme:
        codes = listed(list(BY_CODE), last="ou")
        missing.append(f"Mettez dans «\u00a0theme\u00a0» l’un des thèmes\u00a0: {codes}.")
    if any(placed.by_hand for placed in survey.questions):
        given.setdefault("draft", True)
    return given, missing


def _theme(settings: Row, title: str) -> str:
    """Ours, a theme's code, or the theme of that name; "" when it is none."""
    form_id = settings.text("form_id")
    if form_id in BY_CODE or f"{OURS}number" in settings.cells:
        return form_id
    return next((theme.code for theme in THEMES if fold(theme.name) == fold(title)), "")


def _defaults(theme: str, n_questions: int) -> dict[str, int]:
    known = BY_CODE.get(theme)
    minutes = min(30, max(1, round(n_questions * _SECONDS_A_QUESTION / 60)))
    return {"number": known.number if known else 1, "minutes": minutes}


def _build(given: dict[str, Any], survey: Survey, faults: Faults) -> Questionnaire:
    try:
        questionnaire = from_definition(given)
    except BadDefinition as error:
        # Much of what follows a fault already told with its cell is only its consequence.
        if not faults.found:
            for mistake in error.mistakes:
                where = survey.places.get(mistake.where, "feuille settings")
                faults.note(where, str(mistake))
        raise BadXlsForm(faults.found) from error
    if faults.found:
        raise BadXlsForm(faults.found)
    return questionnaire


def _missing(survey: Survey) -> Iterator[str]:
    by_hand = [placed for placed in survey.questions if placed.by_hand]
    without_reason = [p for p in by_hand if not p.row.text(f"{OURS}why")]
    if without_reason:
        shown = ", ".join(p.row.text("name") for p in without_reason)
        todo = f"«\u00a0why\u00a0», {quoted(TO_COMPLETE)}"
        yield f"Dites pourquoi on pose ces questions ({todo})\u00a0: {shown}."
    cut = [p for p in by_hand if not p.row.text(f"{OURS}short")]
    if cut:
        shown = ", ".join(p.row.text("name") for p in cut)
        yield f"Relisez les noms courts («\u00a0short\u00a0»), coupés dans le texte\u00a0: {shown}."
    if by_hand and not any(p.row.text(f"{OURS}points") for p in by_hand):
        yield "Aucune question ne vaut de points\u00a0: ajoutez-les, avec leurs conseils."
