"""A checkout whose path has spaces, accents and more than 120 characters works like another."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app import embedded
from app.settings import ROOT

pytestmark = pytest.mark.slow

PROGRAM = ("app", "admin", "bot", "reports", "scheduler", "tests/fixtures/decoupage")
# What a test run may have set for itself, and a newcomer has not.
SET_ELSEWHERE = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PUBLISHED_URL", "DATA_DIR")
PATIENCE = 60.0  # seconds for the site to answer, and to end


@pytest.fixture
def checkout(place: Path) -> Iterator[Path]:
    """The program copied to such a folder; its data go with it."""
    root = place / "Mes dépôts à moi" / ("baromètre des élus " * 6).strip()
    for part in PROGRAM:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    assert len(bytes(root)) > 120
    data = embedded.default_data(root)
    yield root
    # What this checkout left, wherever its data go; as root, that is outside of it.
    shutil.rmtree(data if data.is_relative_to(root) else data.parent, ignore_errors=True)


def environment(checkout: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in SET_ELSEWHERE}
    return {**kept, "PYTHONPATH": str(checkout)}


def run(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command in this checkout, with nothing set."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", *words],
        cwd=checkout,
        env=environment(checkout),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_it_migrates_imports_and_stops_its_server(checkout: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import app.settings; print(app.settings.ROOT)"],
        cwd=checkout, env=environment(checkout), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.strip() == str(checkout)

    upgraded = run(checkout, "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert "schéma à jour" in upgraded.stdout
    folder = str(checkout / "tests" / "fixtures" / "decoupage")
    imported = run(checkout, "import", "geography", "--folder", folder)
    assert imported.returncode == 0, imported.stderr
    assert "53 collectivités à interroger" in imported.stdout

    data = embedded.default_data(checkout)
    assert (data / "cluster" / "PG_VERSION").exists()
    assert not (data / "cluster" / "postmaster.pid").exists()


def test_it_serves_its_pages(checkout: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    site = subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", "web", "--port", str(port), "--processes", "1"],
        cwd=checkout,
        env=environment(checkout),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert answers(f"http://127.0.0.1:{port}/healthz", site)
        assert httpx.get(f"http://127.0.0.1:{port}/aide").status_code == 200
    finally:
        site.send_signal(signal.SIGTERM)
        said = site.communicate(timeout=PATIENCE)[1]
    assert site.returncode == 0, said


def answers(address: str, site: subprocess.Popen[str]) -> bool:
    """Whether the site says that it is well, in time."""
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at and site.poll() is None:
        try:
            return httpx.get(address, timeout=5).is_success
        except httpx.TransportError:
            time.sleep(0.1)
    return False
