"""The house's own source files, for the tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "admin", "bot", "scheduler", "reports")


def modules(*rooms: str) -> list[Path]:
    """Every module of these rooms (of the whole house if none is named), migrations included."""
    return sorted(path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    """How a reader finds it: `app/db.py`."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def attributes(path: Path) -> Iterator[ast.Attribute]:
    """Every `something.name` of a module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            yield node


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a module, with the last name of what is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node
