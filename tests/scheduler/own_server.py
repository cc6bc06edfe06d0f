"""A world on a PostgreSQL of its own, to be restarted or left without room. Not a test."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import embedded
from app.embedded import Server
from app.migrations.apply import prepare, upgrade
from app.models.database_rules import APP, READER
from tests.conftest import DECOUPAGE
from tests.sink import Sink
from tests.world import Ground, World, furnish

DATABASE = "barometre"
MIB = 1024 * 1024


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account may reach."""
    made = Path(tempfile.mkdtemp(prefix="essai-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made)


@contextmanager
def own_world(data: Path, sink: Sink) -> Iterator[tuple[World, Server]]:
    """The small panel on a durable server of its own: what it lost would be a fault of ours."""
    server = embedded.start(data)
    try:
        owner = server.url(DATABASE)
        prepare(owner)
        upgrade(owner)
        ground = Ground(owner, server.url(DATABASE, APP), server.url(DATABASE, READER))
        try:
            furnish(ground.db, DECOUPAGE)
            yield World(ground, sink), server
        finally:
            ground.close()
    finally:
        server.stop()


def restart(server: Server, mode: str) -> None:
    """As an operator does, on the same socket; "immediate" is a crash, then its recovery."""
    cluster, account = server.data / "cluster", server.data.stat()
    order = ["restart", "--wait", "--mode", mode]
    place = ["--pgdata", str(cluster), "--log", str(cluster / "restarted.log")]
    subprocess.run(
        [str(server.bin("pg_ctl")), *order, *place],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        user=account.st_uid,
        group=account.st_gid,
    )


@contextmanager
def small_disk(mib: int) -> Iterator[Path]:
    """A disk of that size, in memory; skips where this account may not mount one."""
    with folder() as place:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=755", "tmpfs", str(place)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("only an account that may mount a disk can fill one")
        try:
            yield place
        finally:
            subprocess.run(["umount", place], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on the disk; the file to remove when somebody makes room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as taking:
        for block in (b"\0" * MIB, b"\0"):
            try:
                while True:
                    taking.write(block)
            except OSError:
                continue
    return filler
