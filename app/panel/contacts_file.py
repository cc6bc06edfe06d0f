"""Reads a CSV of contacts: what is wrong is told by row, column and reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import Refused
from app.panel.mailboxes import is_mailbox, mailbox
from app.panel.postal import BadPostalAddress, Postal, postal
from app.panel.sort_names import sort_name
from app.vocabulary.territory_kinds import TerritoryKind

if TYPE_CHECKING:
    import _csv

NEEDED = ("code", "courriel")
OPTIONAL = ("type", "nom", "fonction", "rue", "code postal", "ville")
KIND_WORDS = {
    "commune": TerritoryKind.COMMUNE,
    "mairie": TerritoryKind.COMMUNE,
    "epci": TerritoryKind.EPCI,
    "intercommunalite": TerritoryKind.EPCI,
    "departement": TerritoryKind.DEPARTEMENT,
    "region": TerritoryKind.REGION,
}


class UnreadableContacts(Refused):
    """The file as a whole cannot be read."""

    sentence = (
        "Le fichier {file} ne peut pas être lu\u00a0: {reason}. Enregistrez-le en CSV, en UTF-8, "
        "avec une première ligne «\u00a0code;type;courriel;nom;fonction\u00a0»."
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell; rows are numbered as a spreadsheet shows them, header first."""

    row: int
    column: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"Ligne {self.row}, colonne {self.column}\u00a0: {self.reason}."


@dataclass(frozen=True, slots=True)
class Line:
    """One row that reads well; whether its code exists is not known yet."""

    row: int
    code: str
    kind: TerritoryKind | None
    email: str | None  # None: the row gives a postal address only
    name: str | None
    role: str | None
    postal: Postal | None = None


def read(file: Path) -> tuple[list[Line], list[Fault]]:
    """The good rows and the faults; `UnreadableContacts` when there is no table at all."""
    lines: list[Line] = []
    faults: list[Fault] = []
    for row, cells in table(*_opened(file)):
        line = cells if isinstance(cells, Fault) else _line(row, cells)
        if isinstance(line, Line):
            lines.append(line)
        else:
            faults.append(line)
    return lines, faults


def table(reader: _csv.Reader, header: list[str]) -> Iterator[tuple[int, dict[str, str] | Fault]]:
    """Each row that is not blank, by the header's names, or what is wrong with its shape."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, Fault(reader.line_num, "1", "des guillemets sont mal fermés")
            continue
        row = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            reason = f"{len(cells)} cellules au lieu de {len(header)}"
            yield row, Fault(row, str(min(len(cells), len(header)) + 1), reason)
        else:
            yield row, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _opened(file: Path) -> tuple[_csv.Reader, list[str]]:
    try:
        content = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableContacts(file=file.name, reason="il est absent ou protégé") from error
    except UnicodeDecodeError as error:
        raise UnreadableContacts(file=file.name, reason="il n’est pas en UTF-8") from error
    rows = content.splitlines(keepends=True)
    if not rows:
        raise UnreadableContacts(file=file.name, reason="il est vide")
    delimiter = max(";,\t", key=rows[0].count)
    reader = csv.reader(rows, delimiter=delimiter, strict=True)
    header = [sort_name(name) for name in next(reader)]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        reason = f"il manque la colonne {' et la colonne '.join(missing)}"
        raise UnreadableContacts(file=file.name, reason=reason)
    return reader, header


def _line(row: int, cells: dict[str, str]) -> Line | Fault:
    code, email, kind_word = cells["code"].upper(), cells["courriel"], cells.get("type", "")
    if not code:
        return Fault(row, "code", "indiquez le code de la collectivité")
    kind = KIND_WORDS.get(sort_name(kind_word))
    if kind_word and kind is None:
        told = "écrivez commune, epci, departement ou region"
        return Fault(row, "type", f"«\u00a0{kind_word}\u00a0» n’est pas un type, {told}")
    try:
        posted = _postal(cells)
    except BadPostalAddress as bad:
        return Fault(row, "code postal", str(bad.details["why"]))
    if not email and posted is None:
        return Fault(row, "courriel", "indiquez une adresse électronique")
    if email and not is_mailbox(email):
        return Fault(row, "courriel", f"«\u00a0{email}\u00a0» n’est pas une adresse électronique")
    return Line(
        row,
        code,
        kind,
        mailbox(email) if email else None,
        cells.get("nom") or None,
        cells.get("fonction") or None,
        posted,
    )


def _postal(cells: dict[str, str]) -> Postal | None:
    """The postal address of a row, if it gives one; `BadPostalAddress`."""
    given = [cells.get(name, "") for name in ("rue", "code postal", "ville")]
    return postal(*given) if any(given) else None
