"""A whole server copied: what a copy of the disk shows of itself, and what it does not."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from app import embedded
from app.db import Database
from app.messages.holds.gate import all_held, may_begin
from app.messages.holds.identity import DIFFERENCES
from app.messages.holds.read import differences_now
from app.migrations.apply import prepare, upgrade
from app.models.database_rules import APP
from tests.scheduler.killing import until
from tests.world import START

pytestmark = pytest.mark.slow

URL = "https://barometre.example"
TIMELINE = dict(DIFFERENCES)["timeline"]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that PostgreSQL's account may reach."""
    folder = Path(tempfile.mkdtemp(prefix="essai-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def running(data: Path) -> Iterator[tuple[embedded.Server, Database]]:
    """The server of these data, and our database in it."""
    server = embedded.start(data, durable=False)
    db = Database(server.url("barometre", APP))
    try:
        yield server, db
    finally:
        db.close()
        server.stop()


@pytest.fixture
def original(place: Path) -> Path:
    """The data of a server from which sending began; it is stopped."""
    with running(place / "original") as (server, db):
        prepare(server.url("barometre"))
        upgrade(server.url("barometre"))
        with db.transaction() as session:
            assert may_begin(session, URL, now=START)
    return place / "original"


def recovered(db: Database) -> bool:
    with db.reading() as session:
        return not session.scalar(text("SELECT pg_is_in_recovery()"))


def copied(original: Path, name: str) -> Path:
    subprocess.run(["cp", "-a", original, original.parent / name], check=True)
    return original.parent / name


def test_a_restore_to_a_point_in_time_is_a_copy(original: Path) -> None:
    restored = copied(original, "restored")
    settings = restored / "cluster" / "postgresql.auto.conf"
    settings.write_text(f"{settings.read_text()}restore_command = 'false'\n")
    (restored / "cluster" / "recovery.signal").touch()

    with running(restored) as (_, db):
        until(lambda: recovered(db))
        with db.transaction() as session:
            assert differences_now(session, URL) == (TIMELINE,)
            assert not may_begin(session, URL, now=START)
            assert all_held(session)


def test_a_snapshot_of_the_disk_is_not_seen(original: Path) -> None:
    """What decision 0018 admits, and why HOLD_SENDING stays."""
    snapshot = copied(original, "snapshot")

    with running(snapshot) as (_, db), db.transaction() as session:
        assert differences_now(session, URL) == ()
        assert may_begin(session, URL, now=START)
        assert not may_begin(session, "https://essai.example", now=START)
