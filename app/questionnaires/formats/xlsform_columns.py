"""The columns of an XLSForm brought by someone: those we read, those we must refuse when filled.

Columns we do not know are remarks, as XLSForm has it, but for ours misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.questionnaires.formats.faults import Faults
from app.questionnaires.formats.workbook_in import Row, Sheet
from app.questionnaires.formats.xlsform_layout import (
    ADVICE_EXTRAS,
    CHOICES,
    OURS,
    QUESTION_EXTRAS,
    SETTINGS,
    SETTINGS_EXTRAS,
    SURVEY_COLUMNS,
)

_ALIASES: Mapping[str, str] = {
    "relevance": "relevant",
    "list name": "list_name",
    "value": "name",
    "caption": "label",
    "constraint message": "constraint_message",
    "title": "form_title",
    "set form title": "form_title",
    "id_string": "form_id",
    "set form id": "form_id",
}

_REFUSED: Mapping[str, str] = {
    "choice_filter": "les listes en cascade ne sont pas admises, donnez toutes les réponses",
    "repeat_count": "les répétitions ne sont pas admises, posez la question une fois",
    "default": "les réponses remplies d’avance ne sont pas admises, videz cette cellule",
    "trigger": "les calculs ne sont pas admis, videz cette cellule",
    "parameters": "ces réglages ne sont pas admis, videz cette cellule",
    "media": "les images, sons et vidéos ne sont pas admis, décrivez-les dans le texte",
}
_MEDIA = frozenset({"media", "image", "audio", "video", "big-image"})
_TRANSLATED = frozenset({"label", "hint", "constraint_message", "required_message"})
_FRENCH = re.compile(r"fr|fra|français|francais|french|.*\(fr\)")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet once its columns are known: rows by our names of columns."""

    name: str
    rows: Sequence[Row]
    headers: Mapping[str, str]


_KNOWN: Mapping[str, frozenset[str]] = {
    "survey": frozenset(
        {*SURVEY_COLUMNS, *(f"{OURS}{k}" for k in (*QUESTION_EXTRAS, *ADVICE_EXTRAS))}
    ),
    "choices": frozenset(CHOICES),
    "settings": frozenset({*SETTINGS, *(f"{OURS}{key}" for key in SETTINGS_EXTRAS)}),
}


def table(sheet: Sheet, faults: Faults) -> Table:
    """The sheet's rows under the names we read; what is refused is noted with its cell."""
    names = {header: _name(header, sheet.headers) for header in sheet.headers}
    for header, where in sheet.headers.items():
        if names[header].startswith(OURS) and names[header] not in _KNOWN[sheet.name]:
            faults.note(where, f"la colonne «\u00a0{header}\u00a0» n’existe pas")
    rows = []
    for row in sheet.rows:
        for header, cell in row.cells.items():
            reason = _REFUSED.get(names[header])
            if reason:
                faults.note(cell.where, reason)
            elif names[header] == "translation":
                faults.note(cell.where, "les traductions ne sont pas admises, gardez le français")
        rows.append(Row(row.where, {names[header]: cell for header, cell in row.cells.items()}))
    return Table(
        sheet.name, rows, {names[header]: place for header, place in sheet.headers.items()}
    )


def _name(header: str, headers: Mapping[str, str]) -> str:
    lowered = header.lower()
    if lowered.startswith(OURS):
        return lowered
    plain = _ALIASES.get(lowered, lowered)
    first, _, language = plain.partition("::")
    if first in _MEDIA:
        return "media"
    if first not in _TRANSLATED or not language:
        return plain
    alone = sum(other.lower().startswith(f"{first}::") for other in headers) == 1
    french = first not in headers and (alone or _FRENCH.fullmatch(language))
    return first if french and _FRENCH.fullmatch(language) else "translation"
