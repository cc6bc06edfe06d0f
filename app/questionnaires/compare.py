"""Two versions side by side, in French: what became of each question, and which words changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from app.interview.changes import FACET_LABELS, Change, Facet
from app.interview.lineage import Comparison, Fate, Pair
from app.questionnaires.formats.asked_of import asked_of
from app.questionnaires.formats.codebook import KIND_NAMES

FATE_LABELS: dict[Fate, tuple[str, str]] = {
    Fate.SAME: ("identique", "identiques"),
    Fate.REWORDED: ("reformulée", "reformulées"),
    Fate.SPLIT: ("scindée", "scindées"),
    Fate.ADDED: ("ajoutée", "ajoutées"),
    Fate.DROPPED: ("abandonnée", "abandonnées"),
}
"""What became of a question: of one, of several."""


class Mark(StrEnum):
    """Whether a run of words stayed, went or came."""

    KEPT = "kept"
    GONE = "gone"
    COME = "come"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that met the same fate."""

    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One facet that changed: what it was called, what was said, what is said now."""

    label: str
    before: tuple[Run, ...]
    after: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class ToldPair:
    """One question that changed. `came_from`: its former code, when it was another."""

    code: str
    text: str
    fate: Fate
    label: str
    came_from: str
    moved: bool
    changes: tuple[ToldChange, ...]


def told(comparison: Comparison) -> tuple[ToldPair, ...]:
    """Every question about which there is something to look at, in order."""
    return tuple(_pair(comparison, pair) for pair in comparison.pairs if not pair.untouched)


def summed_up(comparison: Comparison) -> str:
    """`12 identiques, 1 reformulée, 2 ajoutées`."""
    counts = [(fate, comparison.count(fate)) for fate in Fate]
    return ", ".join(f"{n} {FATE_LABELS[fate][n > 1]}" for fate, n in counts if n)


def _pair(comparison: Comparison, pair: Pair) -> ToldPair:
    shown = pair.new or pair.old
    former = pair.old.code if pair.old and pair.new and pair.old.code != pair.new.code else ""
    return ToldPair(
        pair.code,
        shown.text if shown else "",
        pair.fate,
        FATE_LABELS[pair.fate][0],
        former,
        pair.moved,
        tuple(_change(comparison, pair, change) for change in pair.changes),
    )


def _change(comparison: Comparison, pair: Pair, change: Change) -> ToldChange:
    before, after = change.before, change.after
    if change.facet is Facet.CONDITIONS and pair.old and pair.new:
        before = asked_of(comparison.old, pair.old)
        after = asked_of(comparison.new, pair.new)
    if change.facet is Facet.KIND:
        before, after = KIND_NAMES[before], KIND_NAMES[after]
    return ToldChange(FACET_LABELS[change.facet], *marked(before, after))


def marked(before: str, after: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Both texts, cut where their words differ: what went on one side, what came on the other."""
    was, now = _words(before), _words(after)
    parts = SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes()
    one = _runs((tag, was[i1:i2], Mark.GONE) for tag, i1, i2, _, _ in parts)
    other = _runs((tag, now[j1:j2], Mark.COME) for tag, _, _, j1, j2 in parts)
    return one, other


def _words(text: str) -> list[str]:
    """Words, each with the spaces after it; put together again, they are the text."""
    return re.findall(r"^\s+|\S+\s*", text)


def _runs(parts: Iterator[tuple[str, Sequence[str], Mark]]) -> tuple[Run, ...]:
    return tuple(
        Run(Mark.KEPT if tag == "equal" else mark, "".join(words))
        for tag, words, mark in parts
        if words
    )
