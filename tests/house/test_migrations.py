"""Migrations are numbered without a gap, and each follows the one before it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house import sources


def versions() -> list[Path]:
    return sorted((sources.ROOT / "app" / "migrations" / "versions").glob("[0-9]*.py"))


def told(path: Path, name: str) -> object:
    """What a migration assigns to `revision` or `down_revision`."""
    for node in sources.tree(path).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == name:
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            assert node.value is not None
            return ast.literal_eval(node.value)
    raise AssertionError(f"{path.name} gives no {name}")


def test_they_are_numbered_from_one() -> None:
    names = [path.name for path in versions()]
    assert names
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_each_follows_the_one_before() -> None:
    before: object = None
    for path in versions():
        assert told(path, "down_revision") == before, path.name
        before = told(path, "revision")
