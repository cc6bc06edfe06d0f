"""The address block of a letter, as the French post reads it. Pure.

Source: NF Z 10-011, by La Poste's summary of its rules: six lines at most, 38 signs each, aligned
at left; the last three in capitals, without accents or punctuation; a word is shortened only
where its line would be too long.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

from app.vocabulary.articles import of_place, typeset
from app.vocabulary.territory_kinds import TerritoryKind

MOST_LINES = 6
MOST_SIGNS = 38
MOST_OF_TOWN = MOST_SIGNS - len("23000 ")
MOST_STREET_LINES = 2

_NOT_READ = re.compile(r"[^A-Z0-9/]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
# La Poste's own abbreviations, for towns whose name is too long for its line.
_SHORT = (
    (re.compile(r"\bSAINT\b"), "ST"),
    (re.compile(r"\bSAINTE\b"), "STE"),
    (re.compile(r"\bSUR\b"), "S"),
)
# Who opens the post, by kind; an intercommunality has its whole name already.
_ASSEMBLIES = {
    TerritoryKind.DEPARTEMENT: "Conseil départemental",
    TerritoryKind.REGION: "Conseil régional",
}


def address_block(
    kind: TerritoryKind, name: str, street: str, postal_code: str, town: str
) -> tuple[str, ...]:
    """The lines to print, from the authority to the post town; six at most."""
    streets = street_lines(street)
    room = MOST_LINES - 1 - len(streets)
    return (*_addressee(kind, name)[:room], *streets, last_line(postal_code, town))


def street_lines(street: str) -> list[str]:
    """The number and the street, then a box or a hamlet: broken at a comma where a line is full."""
    parts = [capitals(part) for part in street.split(",")]
    lines: list[str] = []
    for part in filter(None, parts):
        if lines and len(lines[-1]) + 1 + len(part) <= MOST_SIGNS:
            lines[-1] = f"{lines[-1]} {part}"
        else:
            lines += textwrap.wrap(part, MOST_SIGNS)
    return lines


def last_line(postal_code: str, town: str) -> str:
    """`23000 GUERET`: what the machines read first.

    Shortened, 19 towns of 34,875 still pass the line's end, by seven signs at most: the post's own
    short names are not in the geography. The window takes them, and staff may type a shorter one.
    """
    written = capitals(town)
    for word, short in _SHORT:
        if len(written) > MOST_OF_TOWN:
            written = word.sub(short, written)
    return f"{postal_code} {written}"


def capitals(words: str) -> str:
    """`L’Abergement-Clémenciat` → `L ABERGEMENT CLEMENCIAT`."""
    spelled_out = unicodedata.normalize("NFD", words.translate(_LIGATURES))
    plain = "".join(letter for letter in spelled_out if not unicodedata.combining(letter))
    return _NOT_READ.sub(" ", plain.upper()).strip()


def _addressee(kind: TerritoryKind, name: str) -> list[str]:
    typed = typeset(name)
    if kind is TerritoryKind.COMMUNE:
        return textwrap.wrap(f"Mairie {of_place(typed, kind)}", MOST_SIGNS)
    assembly = _ASSEMBLIES.get(kind)
    lines = textwrap.wrap(typed, MOST_SIGNS)
    # "Collectivité européenne d’Alsace" says what it is.
    return lines if assembly is None or typed.startswith("Collectivité") else [assembly, *lines]
