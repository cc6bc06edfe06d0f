"""Choosing a line of a numbered list, by its number or by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from app.interview.french import fold
from app.interview.typed_words import said as plain
from bot.commands import without_politeness

_NUMBER = re.compile(r"(?:(?:le|la|numero|n°|no|choix)\s*)*([0-9]{1,3})\s*[.)]?")
_CLOSE = 0.75


def number_in(text: str, labels: Sequence[str]) -> int | None:
    """The line meant, from 1: its number, its label, a part of it, or its label misspelt.

    None where no line is meant, or more than one.
    """
    said = plain(text[:200])
    numbered = _NUMBER.fullmatch(said)
    if numbered:
        number = int(numbered[1])
        return number if 1 <= number <= len(labels) else None
    said = without_politeness(said)
    if len(said) < 3:
        return None
    known = [fold(label) for label in labels]
    for found in (
        [n for n, label in enumerate(known, start=1) if label == said],
        [n for n, label in enumerate(known, start=1) if said in label],
        [n for n, label in enumerate(known, start=1) if label and label in said],
        [known.index(one) + 1 for one in _close(said, known)],
    ):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _close(said: str, known: Sequence[str]) -> list[str]:
    """The labels that look like it; else those of which one long word does."""
    whole = get_close_matches(said, known, n=2, cutoff=_CLOSE)
    if whole:
        return whole
    return [
        label
        for label in known
        if get_close_matches(said, [word for word in label.split() if len(word) > 4], cutoff=0.8)
    ]
