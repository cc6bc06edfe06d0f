"""A worker or a clock as a process of its own, for tests that kill it. Not a test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from app.house import House, open_house
from app.settings import ROOT, Settings
from scheduler.clock import run_clock
from scheduler.worker import run_worker
from tests.world import World

AT_ONCE = 2


def environment(world: World) -> dict[str, str]:
    """The environment in which a process finds this world, at its present moment."""
    offset = int((world.now - datetime.now(UTC)).total_seconds())
    return {
        **os.environ,
        "DATABASE_URL": world.owner_url,
        "SMTP_PORT": str(world.smtp.port),
        "CLOCK_OFFSET": str(offset),
        "LOG_LEVEL": "WARNING",
    }


def in_house(world: World, **settings: str) -> House:
    """The house as a process of this world would open it, for what runs inside the test."""
    read = Settings.read({"SMTP_PORT": str(world.smtp.port), **settings})
    return replace(world.house, settings=read)


def start(world: World, what: str = "worker") -> subprocess.Popen[bytes]:
    """Start a worker or a clock in this world."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.scheduler.worker_process", what],
        cwd=ROOT,
        env=environment(world),
    )


@contextmanager
def running(world: World, what: str = "worker") -> Iterator[subprocess.Popen[bytes]]:
    """The same, ended with the block whatever happens."""
    process = start(world, what)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    house = open_house(os.environ)
    if sys.argv[1] == "clock":
        run_clock(house)
    else:
        run_worker(house, ["sending"], at_once=AT_ONCE)
    house.close()
