"""Opens a workbook that someone brings, without trusting it, and gives its cells as texts.

Refused before anything is unpacked: a file too large, an archive that swells, macros, XML with a
document type (entities). Formulas and dates are faults, with their cell.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from app.questionnaires.formats.faults import BadXlsForm, Faults, FormFault

LARGEST_FILE = 5_000_000
"""Bytes of the file as it comes; our own forms weigh 15,000."""
LARGEST_UNPACKED = 40_000_000
"""Bytes of all its parts, unpacked."""
MOST_PARTS = 500
MOST_ROWS = 5_000
LAST_ROW = 1_048_576
"""A spreadsheet's own: an office suite may name it, empty. Every row before the one that a file
names is walked through, so that a file which names a further one would take for ever."""
MOST_COLUMNS = 200
MOST_CELLS = 3_000_000
"""Cells looked at, empty ones included: a coloured sheet may have many of those."""

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_NOT_XLSX = "ce n’est pas un classeur .xlsx, enregistrez-le dans ce format"


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell; `where` says it in words, `text` has no spaces around."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something: header → cell."""

    where: str
    cells: Mapping[str, Cell]

    def text(self, header: str) -> str:
        """What the cell says, "" when it is empty."""
        cell = self.cells.get(header)
        return cell.text if cell else ""

    def at(self, header: str) -> str:
        """Where that cell stands; the row when the cell is empty."""
        cell = self.cells.get(header)
        return cell.where if cell else self.where


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its headers (each with its place) and its filled rows."""

    name: str
    headers: Mapping[str, str]
    rows: Sequence[Row]


def open_workbook(data: bytes, wanted: Sequence[str], faults: Faults) -> dict[str, Sheet]:
    """The sheets of these names that the workbook has; `BadXlsForm` if it cannot be opened."""
    _check_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        found = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        return {name: _sheet(name, found[name], faults) for name in wanted if name in found}
    except BadXlsForm:
        raise
    # A damaged workbook makes the parser fail in dozens of ways, none of them ours to list.
    except Exception as error:
        raise _refusal("ce classeur est abîmé, rouvrez-le et enregistrez-le à nouveau") from error


def _refusal(reason: str) -> BadXlsForm:
    return BadXlsForm([FormFault("", reason)])


def _check_archive(data: bytes) -> None:
    if len(data) > LARGEST_FILE:
        raise _refusal(f"il dépasse {LARGEST_FILE // 1_000_000}\u00a0Mo, retirez-en les images")
    if data.startswith(_OLD_OR_LOCKED):
        raise _refusal(
            "c’est un classeur .xls ou protégé par un mot de passe, enregistrez-le en .xlsx "
            "sans mot de passe"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError) as error:
        raise _refusal(_NOT_XLSX) from error
    # A part cut short, locked or of another length than it says.
    except (EOFError, OSError, RuntimeError, zlib.error) as error:
        raise _refusal("ce classeur est abîmé, rouvrez-le et enregistrez-le à nouveau") from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise _refusal(_NOT_XLSX)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise _refusal("une fois ouvert, il serait démesuré, gardez-en les feuilles utiles")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refusal("il contient des macros, enregistrez-le en .xlsx sans macros")
    for part in parts:
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(part)  # never more than the size that was just added up
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\x00" in content:
            raise _refusal("il contient du XML inattendu, enregistrez-le depuis un tableur")


def _sheet(name: str, raw: Any, faults: Faults) -> Sheet:
    raw.reset_dimensions()  # what the file says of its size may be false
    headers: dict[int, str] = {}
    places: dict[str, str] = {}
    rows: list[Row] = []
    looked_at = 0
    for number, line in enumerate(raw.iter_rows(max_row=LAST_ROW + 1), start=1):
        looked_at += len(line)
        cells = {} if looked_at > MOST_CELLS else dict(_filled(name, number, line, faults))
        far = max(cells, default=0) >= MOST_COLUMNS or (cells and number > MOST_ROWS)
        if far or looked_at > MOST_CELLS or number > LAST_ROW:
            raise _refusal(f"la feuille {name} est démesurée, retirez-en ce qui est inutile")
        if number == 1:
            headers, places = _headers(cells, faults)
            continue
        known = {headers[rank]: cell for rank, cell in cells.items() if rank in headers}
        if known:
            rows.append(Row(f"feuille {name}, ligne {number}", known))
    return Sheet(name, places, rows)


def _headers(cells: Mapping[int, Cell], faults: Faults) -> tuple[dict[int, str], dict[str, str]]:
    headers: dict[int, str] = {}
    places: dict[str, str] = {}
    for rank, cell in cells.items():
        header = "::".join(part.strip() for part in cell.text.split("::"))
        if header in places:
            faults.note(cell.where, f"la colonne «\u00a0{header}\u00a0» est écrite deux fois")
        headers[rank] = header
        places.setdefault(header, cell.where)
    return headers, places


def _filled(
    name: str, number: int, line: Sequence[Any], faults: Faults
) -> Iterator[tuple[int, Cell]]:
    for rank, raw in enumerate(line):
        if raw.value is None:
            continue
        where = f"feuille {name}, cellule {get_column_letter(rank + 1)}{number}"
        text = _text(raw, where, faults)
        if text:
            yield rank, Cell(where, text)


_NOT_TEXT = {
    "f": "elle contient une formule, remplacez-la par sa valeur",
    "e": "elle contient une erreur de calcul, remplacez-la par sa valeur",
    "d": "elle contient une date, mettez un texte",
}


def _text(raw: Any, where: str, faults: Faults) -> str:
    if raw.data_type in _NOT_TEXT:
        faults.note(where, _NOT_TEXT[raw.data_type])
        return ""
    value = raw.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
