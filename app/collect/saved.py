"""What became of a sending: told to its author, by a page or in a chat."""

from __future__ import annotations

from dataclasses import dataclass

from app.collect.entries import RefusedEntry
from app.collect.open import Answer
from app.interview.path import Path
from app.interview.values import Value


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two answers to one question: the one that counts, and the one just sent, kept as well.

    `mine` is None when the person emptied the field; `lost` is the event that keeps it. It counts
    only if they choose it.
    """

    question: str
    counted: Answer
    mine: Value | None
    lost: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of each entry, by question; and the path that the answers make now."""

    kept: tuple[str, ...]
    unchanged: tuple[str, ...]
    repeated: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    refused: tuple[RefusedEntry, ...]
    path: Path
