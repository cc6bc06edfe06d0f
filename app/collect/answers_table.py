"""Reads a file of answers, CSV or XLSX, without trusting it: rows of texts, and what is wrong.

The layout is `app.questionnaires.formats.answers_file`'s. Values only: a formula is refused with
its cell. Nothing is guessed about an encoding: a wrong guess would change names silently.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from app.errors import Refused
from app.questionnaires.formats.answers_template import SHEET
from app.questionnaires.formats.faults import BadXlsForm, Faults
from app.questionnaires.formats.workbook_in import Sheet, open_workbook

_SHEETS = (SHEET, "réponses", "feuil1", "feuille1", "sheet1")  # a spreadsheet's own name will do
LARGEST_CSV = 20_000_000
"""Bytes: every authority of France, with the longest texts, weighs less."""
MOST_ROWS = 40_000
_ARCHIVE = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_CELL = re.compile(r"cellule (?P<letters>[A-Z]+)(?P<row>[0-9]+)$")
_ROW = re.compile(r"ligne (?P<row>[0-9]+)$")
_FORMULA = "elle contient une formule, remplacez-la par sa valeur"


class UnreadableAnswers(Refused):
    """The file as a whole cannot be read."""

    sentence = (
        "Ce fichier de réponses ne peut pas être lu\u00a0: {reason}. "
        "Partez du modèle, une ligne par collectivité."
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: its number as a spreadsheet shows it, the column, the reason.

    The reason begins without a capital; a final stop is of no account.
    """

    row: int
    column: str
    reason: str

    @property
    def sentence(self) -> str:
        place = f", colonne {self.column}" if self.column else ""
        return f"Ligne {self.row}{place}\u00a0: {self.reason.rstrip('.')}."


@dataclass(frozen=True, slots=True)
class Line:
    """One row that holds something: column → text, empty cells left out."""

    row: int
    cells: Mapping[str, str]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The columns in their order, and the rows."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(content: bytes) -> Table:
    """The rows of a file, told apart by its first bytes; `UnreadableAnswers` if it has none."""
    if content.startswith((_ARCHIVE, _OLD_WORKBOOK)):
        return _of_workbook(content)
    return _of_csv(content)


def _of_csv(content: bytes) -> Table:
    if len(content) > LARGEST_CSV:
        raise UnreadableAnswers(reason=f"il dépasse {LARGEST_CSV // 1_000_000}\u00a0Mo")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = "il n’est pas en UTF-8, enregistrez-le en «\u00a0CSV UTF-8\u00a0»"
        raise UnreadableAnswers(reason=reason) from error
    if "\0" in text:
        raise UnreadableAnswers(reason="ce n’est ni un CSV ni un classeur .xlsx")
    rows = text.splitlines(keepends=True)
    if not rows or not rows[0].strip():
        raise UnreadableAnswers(reason="sa première ligne est vide")
    reader = csv.reader(rows, delimiter=max(";,\t", key=rows[0].count), strict=True)
    try:
        columns = _columns([name.strip() for name in next(reader)])
        lines = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(_line(reader.line_num, columns, cells))
            if len(lines) > MOST_ROWS:
                raise UnreadableAnswers(reason=f"il a plus de {MOST_ROWS} lignes")
    except csv.Error as error:
        reason = f"des guillemets sont mal fermés vers la ligne {reader.line_num}"
        raise UnreadableAnswers(reason=reason) from error
    return Table(columns, tuple(lines))


def _line(row: int, columns: Sequence[str], cells: Sequence[str]) -> Line:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        reason = f"{len(cells)} cellules au lieu de {len(columns)}"
        return Line(row, {}, (Fault(row, "", reason),))
    held = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
    formulas = {name for name, cell in held.items() if cell.startswith("=")}
    faults = tuple(
        Fault(row, name, f"cellule {get_column_letter(place)}{row}, {_FORMULA}")
        for place, name in enumerate(columns, start=1)
        if name in formulas
    )
    return Line(row, {n: c for n, c in held.items() if n not in formulas}, faults)


def _columns(names: Sequence[str]) -> tuple[str, ...]:
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise UnreadableAnswers(reason=f"la colonne «\u00a0{twice}\u00a0» est écrite deux fois")
    return tuple(names)


def _of_workbook(content: bytes) -> Table:
    faults = Faults()
    try:
        found = open_workbook(content, _SHEETS, faults)
    except BadXlsForm as refused:
        raise UnreadableAnswers(reason=refused.faults[0].reason) from refused
    sheet = next(iter(found.values()), None)
    if sheet is None:
        reason = f"il n’a pas de feuille «\u00a0{SHEET}\u00a0»"
        raise UnreadableAnswers(reason=reason)
    by_row: dict[int, list[Fault]] = {}
    for fault in faults.found:
        where = _CELL.search(fault.where)
        row = int(where["row"]) if where else 1
        if row == 1:
            raise UnreadableAnswers(reason=fault.reason)
        # The cell's name stands for its column: an empty header has no other.
        told = f"cellule {where[0].removeprefix('cellule ') if where else row}, {fault.reason}"
        by_row.setdefault(row, []).append(Fault(row, "", told))
    return Table(tuple(sheet.headers), _lines_of(sheet, by_row))


def _lines_of(sheet: Sheet, faults: Mapping[int, Sequence[Fault]]) -> tuple[Line, ...]:
    lines: dict[int, Line] = {}
    for row in sheet.rows:
        place = _ROW.search(row.where)
        assert place is not None, row.where
        number = int(place["row"])
        lines[number] = Line(number, {name: cell.text for name, cell in row.cells.items()})
    for number, found in faults.items():
        lines[number] = replace(lines.get(number, Line(number, {})), faults=tuple(found))
    return tuple(lines[number] for number in sorted(lines))
