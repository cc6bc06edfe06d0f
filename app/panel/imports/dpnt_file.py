"""Reads the ANCT's "présence numérique des territoires" file: what each row says, nothing more.

Columns and criteria as the data set describes them (data.gouv.fr, "données de la présence
numérique des territoires"); the criteria are those of the référentiel of La Suite territoriale.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.errors import Refused
from app.panel.contacts_file import KIND_WORDS, Fault, table
from app.panel.sort_names import sort_name
from app.vocabulary.territory_kinds import TerritoryKind

if TYPE_CHECKING:
    import _csv

WEBSITE, DOMAIN, HTTPS = "dpnt_website", "dpnt_website_domain", "dpnt_https"
MAIL_DOMAIN = "dpnt_mail_domain"
NAMES = (WEBSITE, DOMAIN, MAIL_DOMAIN, HTTPS)
"""Every indicator of this source."""

NEEDED = ("siren", "site_internet", "rpnt")
YES, NO = "yes", "no"
LONGEST = 253  # characters of a host's name (RFC 1035)
_GZIP = b"\x1f\x8b"
_CRITERION = re.compile(r"(?<![0-9.])[12]\.[1-8](?![0-9.])")
_CRITERIA = re.compile(r"[\s\[\]{}\"',;|0-9.]*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_SIREN = re.compile(r"[0-9]{9}")
# A page on somebody else's network is no website of one's own, nor the lack of one.
_NETWORKS = ("facebook.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "youtube.com")


class UnreadableDpnt(Refused):
    """The file as a whole cannot be read."""

    sentence = (
        "Le fichier {file} ne peut pas être lu\u00a0: {reason}. Téléchargez de nouveau le CSV des "
        "données de présence numérique des territoires, compressé ou non."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One row that reads well: whom it is about, and the indicators it tells."""

    row: int
    kind: TerritoryKind
    siren: str
    code: str  # INSEE code, or ""
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Other:
    """A row about something that is no authority of the barometer: a syndicat, for instance."""

    row: int


def read(path: Path) -> tuple[list[Line | Other], list[Fault]]:
    """The rows and the faults, in order; `UnreadableDpnt` when there is no table at all."""
    lines: list[Line | Other] = []
    faults: list[Fault] = []
    for row, cells in table(*_opened(path)):
        line = cells if isinstance(cells, Fault) else line_of(row, cells)
        if isinstance(line, Fault):
            faults.append(line)
        else:
            lines.append(line)
    return lines, faults


def line_of(row: int, cells: Mapping[str, str]) -> Line | Other | Fault:
    """What one row says; a cell that does not read well spoils its row."""
    word = cells.get("type", "")
    kind = KIND_WORDS.get(sort_name(word)) if word else TerritoryKind.COMMUNE
    if kind is None:
        return Other(row)
    siren = cells["siren"].replace(" ", "")
    if not _SIREN.fullmatch(siren):
        return Fault(row, "siren", f"«\u00a0{cells['siren']}\u00a0» n’a pas neuf chiffres")
    host = host_of(cells["site_internet"])
    if host is None:
        told = f"«\u00a0{cells['site_internet'][:80]}\u00a0» n’est pas une adresse de site"
        return Fault(row, "site_internet", told)
    criteria = criteria_of(cells["rpnt"])
    if criteria is None:
        told = f"«\u00a0{cells['rpnt'][:80]}\u00a0» n’est pas une liste de critères comme 1.1"
        return Fault(row, "rpnt", told)
    return Line(row, kind, siren, _own_code(kind, cells), indicators(host, criteria))


def _own_code(kind: TerritoryKind, cells: Mapping[str, str]) -> str:
    """INSEE code, "" when the row has none of its own: the SIREN of a département may be unknown.

    The column's exact name is not documented for départements and régions: any that starts with
    the level's name and says "code" or "insee" will do.
    """
    if kind is TerritoryKind.COMMUNE:
        return cells.get("code_insee", "").upper()
    level = f"{kind}_"
    columns = (c for c in cells if c.startswith(level) and ("code" in c or "insee" in c))
    return next((cells[column].upper() for column in columns), "")


def indicators(host: str, criteria: frozenset[str]) -> dict[str, str]:
    """Pure. What may be said for sure from the site declared ("" for none) and the criteria met.

    Criteria: 1.1 site declared, 1.3 reachable, 1.4 HTTPS; 2.1 mailbox declared, 2.2 not a
    generic provider's, 2.3 on the site's domain.
    """
    told: dict[str, str] = {}
    if not host and "1.1" not in criteria:
        told[WEBSITE] = NO
    elif host and not on_a_network(host):
        told[WEBSITE], told[DOMAIN] = YES, host.removeprefix("www.")
        if "1.4" in criteria:
            told[HTTPS] = YES
        elif "1.3" in criteria:  # it answers, and not in HTTPS
            told[HTTPS] = NO
    if "2.3" in criteria:
        told[MAIL_DOMAIN] = YES
    elif "2.1" in criteria and "2.2" not in criteria:
        told[MAIL_DOMAIN] = NO
    return told


def on_a_network(host: str) -> bool:
    """Whether the address is a page on a social network."""
    return any(host == network or host.endswith(f".{network}") for network in _NETWORKS)


def host_of(address: str) -> str | None:
    """The host of a site's address, in lower case; "" for none given, None when it is no site."""
    if not address:
        return ""
    with_scheme = address if "://" in address else f"//{address}"
    try:
        host = (urlsplit(with_scheme).hostname or "").rstrip(".")
        spelt = host.encode("idna").decode() if not host.isascii() else host
    except ValueError:  # UnicodeError is one
        return None
    return spelt if len(spelt) <= LONGEST and _HOST.fullmatch(spelt) else None


def criteria_of(cell: str) -> frozenset[str] | None:
    """The criteria met, whatever stands between them; None when the cell is no such list."""
    if not _CRITERIA.fullmatch(cell):
        return None
    found = frozenset(_CRITERION.findall(cell))
    rest = _CRITERION.sub("", cell)
    return None if any(letter.isdigit() for letter in rest) else found


def _opened(path: Path) -> tuple[_csv.Reader, list[str]]:
    content = _content(path)
    first = content.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        reason = f"il manque la colonne {' et la colonne '.join(missing)}"
        raise UnreadableDpnt(file=path.name, reason=reason)
    return reader, header


def _content(path: Path) -> str:
    """The text, unzipped if need be; UTF-8, else what a French spreadsheet writes (cp1252)."""
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if raw.startswith(_GZIP) else raw
    except (OSError, EOFError) as error:
        raise UnreadableDpnt(file=path.name, reason="il est absent, protégé ou abîmé") from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableDpnt(file=path.name, reason="ses caractères ne sont pas de l’UTF-8")
