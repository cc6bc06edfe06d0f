"""The installer says in French what it lacks, before it changes anything."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house import sources


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout that holds what the installer reads, and its script."""
    root = tmp_path / "dépôt de la mairie"
    (root / "script").mkdir(parents=True)
    shutil.copy(sources.ROOT / "script" / "install", root / "script")
    for name in ("pyproject.toml", "requirements.lock", "package-lock.json"):
        shutil.copy(sources.ROOT / name, root)
    return root


def install(checkout: Path, *arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "script" / "install", *arguments],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def a_path_with(folder: Path, *programs: str) -> str:
    """A search path on which only these programs are found."""
    folder.mkdir()
    for program in programs:
        found = shutil.which(program)
        assert found is not None
        (folder / program).symlink_to(found)
    return str(folder)


def test_without_python_it_says_which_one_to_install(checkout: Path, tmp_path: Path) -> None:
    path = a_path_with(tmp_path / "bin", "sh", "dirname", "cat", "cksum", "date")
    told = install(checkout, path=path)
    assert told.returncode == 1
    assert "Python 3.11 ou plus récent est nécessaire" in told.stderr
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_passed_over(checkout: Path, tmp_path: Path) -> None:
    path = a_path_with(tmp_path / "bin", "sh", "dirname", "cat", "cksum", "date")
    old = tmp_path / "bin" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")  # what `sys.version_info < (3, 11)` makes of it
    old.chmod(0o755)
    told = install(checkout, path=path)
    assert told.returncode == 1
    assert "Python 3.11 ou plus récent est nécessaire" in told.stderr


def test_an_unknown_kind_of_installation_is_refused(checkout: Path) -> None:
    told = install(checkout, "tout", path=os.defpath)
    assert told.returncode == 2
    assert "Usage" in told.stderr
