"""Takes a definition (JSON or YAML, once parsed) apart, noting every mistake instead of stopping.

Each `take` gives a neutral value when the entry is missing or of the wrong shape, so that one
mistake does not hide the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Mistake(NamedTuple):
    """`where` is "questionnaire", "section CODE" or "question CODE"; no full stop."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}\u00a0: {self.what}"


@dataclass(slots=True)
class Mistakes:
    """What is wrong so far."""

    found: list[Mistake] = field(default_factory=list)

    def note(self, where: str, what: str) -> None:
        self.found.append(Mistake(where, what))


class Entry:
    """One mapping of a definition, with the words that say where it stands."""

    def __init__(self, raw: object, where: str, mistakes: Mistakes) -> None:
        self.where = where
        self.mistakes = mistakes
        self.values: Mapping[str, object] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            self.wrong("on attend ici une liste de propriétés")

    def wrong(self, what: str) -> None:
        self.mistakes.note(self.where, what)

    def only(self, *known: str) -> None:
        """Refuse properties of another name: most are spelling mistakes."""
        for key in self.values:
            if key not in known:
                self.wrong(f"la propriété «\u00a0{key}\u00a0» n’existe pas")

    def text(self, key: str, *, needed: bool = True) -> str:
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return re.sub("[ \n\r\t]+", " ", value).strip()  # non-breaking spaces stay
        if needed or value is not None:
            self.wrong(f"il manque un texte à «\u00a0{key}\u00a0»")
        return ""

    def whole(self, key: str) -> int | None:
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self.wrong(f"«\u00a0{key}\u00a0» doit être un nombre entier")
        return None

    def needed_whole(self, key: str) -> int:
        value = self.whole(key)
        if value is None and key not in self.values:
            self.wrong(f"il manque un nombre entier à «\u00a0{key}\u00a0»")
        return value or 0

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(f"«\u00a0{key}\u00a0» doit valoir true ou false")
        return default

    def items(self, key: str) -> Sequence[object]:
        value = self.values.get(key, [])
        if isinstance(value, list):
            return value
        self.wrong(f"«\u00a0{key}\u00a0» doit être une liste")
        return []

    def texts(self, key: str) -> Sequence[str]:
        value = self.items(key)
        if all(isinstance(part, str) and part for part in value):
            return [str(part) for part in value]
        self.wrong(f"«\u00a0{key}\u00a0» doit être une liste de codes")
        return []
