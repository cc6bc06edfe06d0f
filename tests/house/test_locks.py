"""What is installed is pinned by its digest, and no file names where it was fetched from."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import sources

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
PINNED = re.compile(r"^[a-z0-9._-]+(\[[a-z,]+\])?==\S+")
# Written in two halves, so that this file does not name them either.
HOSTS = tuple(
    f"{left}.{right}"
    for left, right in (
        ("pypi", "org"),
        ("files.pythonhosted", "org"),
        ("registry.npmjs", "org"),
        ("debian", "org/"),
    )
)
NOT_OURS = {".git", ".venv", "node_modules", "var", "dist"}


def committed() -> Iterator[Path]:
    """Every file of the checkout that is not installed, made or cached."""
    for folder, below, names in os.walk(sources.ROOT):
        below[:] = [name for name in below if name not in NOT_OURS and "cache" not in name]
        yield from (Path(folder, name) for name in names)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_library_is_pinned_by_its_digest(lock: str) -> None:
    text = (sources.ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    assert [entry for entry in entries if not PINNED.match(entry) or "--hash=" not in entry] == []


def test_the_tests_use_the_versions_that_the_demo_uses() -> None:
    demo, dev = (
        set(re.findall(r"^(\S+==\S+)", (sources.ROOT / lock).read_text(), re.MULTILINE))
        for lock in LOCKS[:2]
    )
    assert demo - dev == set()


def test_every_web_asset_is_pinned_by_its_digest() -> None:
    lock = json.loads((sources.ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_no_file_names_a_registry() -> None:
    naming = [
        (sources.name_of(path), host)
        for path in committed()
        for host in HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert naming == []
