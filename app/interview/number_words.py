"""Numbers in French words: `vingt-deux`, `quatre-vingt-dix-neuf`, `douze mille`, `septante`."""

from __future__ import annotations

import re

from text_to_num import text2num  # type: ignore[import-untyped]

_WORD = re.compile(
    r"(?:zero|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|"
    r"seize|vingts?|trente|quarante|cinquante|soixante|septante|huitante|octante|nonante|cents?|"
    r"milles?|millions?|et)"
)
_MOST_WORDS = 24  # 777 777 777 takes twenty


def number_of(words: str) -> int | None:
    """The number that folded words say, and nothing else than it; None when they say none."""
    parts = words.replace("-", " ").split()
    if not parts or len(parts) > _MOST_WORDS or not all(map(_WORD.fullmatch, parts)):
        return None
    try:
        return int(text2num(" ".join(parts).replace("zero", "zéro"), "fr"))
    except ValueError:
        return None


def number_first(text: str) -> tuple[int, str] | None:
    """The longest number that a folded text begins with, and what follows it."""
    parts = re.findall(r"[^\s-]+", text)
    for size in range(min(len(parts), _MOST_WORDS), 0, -1):
        value = number_of(" ".join(parts[:size]))
        if value is not None:
            return value, " ".join(parts[size:])
    return None
