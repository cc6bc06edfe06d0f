"""How a difference is shown: what changed whole, what stayed only around it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.questionnaires.compare import Mark, Run

AROUND = 120
"""Characters of an unchanged passage kept on each side of a change."""


def shortened(runs: Sequence[Run]) -> list[Run]:
    """The same words, the middle of long unchanged passages left out."""
    return [_cut(run, at, len(runs)) for at, run in enumerate(runs)]


def _cut(run: Run, at: int, n: int) -> Run:
    head = run.words[:AROUND] if at > 0 else ""
    tail = run.words[-AROUND:] if at < n - 1 else ""
    if run.mark is not Mark.KEPT or len(run.words) <= len(head) + len(tail) + AROUND:
        return run
    return replace(run, words=f"{head} […] {tail}")
