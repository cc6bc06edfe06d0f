"""What a command says while it works: a bar on a long step, one line when the step is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from app.panel.geography import number

__all__ = ["Step", "counted", "number", "seconds", "step"]


class Step:
    """One step under way; `said` becomes its line, with the time it took."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.said = label
        self._bar: Any = None

    def progress(self, done: int, total: int) -> None:
        """Draw how far it is; on something else than a terminal, nothing moves."""
        if self._bar is None:
            self._bar = click.progressbar(length=max(total, 1), label=f"  {self.label}")
            self._bar.render_progress()
        self._bar.length = max(total, 1)
        self._bar.update(min(done, total) - self._bar.pos)

    def close(self) -> None:
        """Take the bar away; its line is replaced by the result's."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None


@contextmanager
def step(label: str) -> Iterator[Step]:
    """Do one step: its progress while it lasts, then a clear line with its time."""
    under_way = Step(label)
    began = time.monotonic()
    try:
        yield under_way
    finally:
        under_way.close()
    click.echo(f"✓ {under_way.said} ({seconds(time.monotonic() - began)})")


def counted(count: int, one: str, many: str) -> str:
    """1 message envoyé, 36 242 messages envoyés; zero is singular in French."""
    return f"{number(count)} {many if count > 1 else one}"


def seconds(elapsed: float) -> str:
    """2.94 → 2,9 s."""
    return f"{elapsed:.1f}\u00a0s".replace(".", ",")
