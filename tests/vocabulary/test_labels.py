"""What the trade's words are called on screens: set as French is printed."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping

import app.vocabulary

WRONG = re.compile(r"[^\u00a0\u202f][;:!?»%]|«[^\u00a0]|'|  ")


def labels() -> Iterator[str]:
    """Every text of every table of `app.vocabulary`."""
    for found in pkgutil.iter_modules(app.vocabulary.__path__):
        module = importlib.import_module(f"app.vocabulary.{found.name}")
        for name, table in vars(module).items():
            if isinstance(table, Mapping) and not name.startswith("_"):
                yield from (text for text in table.values() if isinstance(text, str))


def test_each_label_keeps_its_spaces_when_a_line_breaks() -> None:
    told = [*labels()]

    assert len(told) > 20
    assert [text for text in told if WRONG.search(text)] == []
