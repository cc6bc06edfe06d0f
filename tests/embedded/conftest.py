"""A place of its own for the data of each test, which PostgreSQL's account may reach."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """An open folder outside pytest's own, whose parents are shut to other accounts."""
    folder = Path(tempfile.mkdtemp(prefix="essai-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
