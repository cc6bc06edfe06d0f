"""French typography and forgiving comparison, for the sentences of the engine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

NBSP = "\u00a0"


def fold(text: str) -> str:
    """The text as one compares what people type: no accent, no capital, single spaces."""
    plain = text.casefold().replace("’", "'").replace("œ", "oe").replace("æ", "ae")
    letters = (c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def tidy(text: str) -> str:
    """The text on one line, without control characters (PostgreSQL refuses some of them)."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return "".join(kept).strip()


def one_line(text: str) -> str:
    """`tidy`, and any run of spaces made one."""
    return " ".join(tidy(text).split())


def quoted(text: str, *, most: int = 60) -> str:
    """The text between French quotation marks, cut when it is long."""
    line = re.sub(" +", " ", tidy(text))
    cut = line if len(line) <= most else line[: most - 1].rstrip() + "…"
    return f"«{NBSP}{cut}{NBSP}»"


def listed(words: Sequence[str], *, last: str) -> str:
    """`a, b ou c`, with the given last link word."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def number(value: float) -> str:
    """A number as French people write it: `12 000`, `12,5`."""
    whole, _, decimals = f"{value:,}".partition(".")
    spaced = whole.replace(",", NBSP)
    return f"{spaced},{decimals}" if decimals.strip("0") else spaced


def with_unit(value: float, unit: str) -> str:
    """The number and its unit; below two, the unit's first word loses its plural mark."""
    if not unit:
        return number(value)
    first, space, rest = unit.partition(" ")
    if abs(value) < 2 and first.endswith("s") and first not in ("mois", "fois"):
        first = first[:-1]
    return f"{number(value)}{NBSP}{first}{space}{rest}"


def capital(sentence: str) -> str:
    """The sentence with a capital first letter, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]
