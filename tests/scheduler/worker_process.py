"""A worker or a clock as a process of its own, for tests that kill or stop it. Not a test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.house import House, open_house
from app.messages.claiming import MARGIN_SECONDS
from app.messages.drain import drain
from app.now import now
from app.settings import ROOT, Settings
from app.vocabulary.message_life import LEASE
from scheduler.clock import HOURS, run_clock
from scheduler.worker import carriers_of, run_worker
from tests.world import World

AT_ONCE = 2
BEGINS_WITHIN = 1.0  # seconds after its claim in which "once" may still begin a mail
ROUNDS = 3  # of a clock that believes it leads


def environment(world: World, *, ahead: int = 0) -> dict[str, str]:
    """The environment in which a process finds this world; its clock is `ahead` seconds fast."""
    offset = int((world.now - datetime.now(UTC)).total_seconds()) + ahead
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


def start(world: World, what: str = "worker", *, ahead: int = 0) -> subprocess.Popen[bytes]:
    """Start one of `WORKS` in this world."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.scheduler.worker_process", what],
        cwd=ROOT,
        env=environment(world, ahead=ahead),
    )


@contextmanager
def running(
    world: World, what: str = "worker", *, ahead: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    """The same, ended with the block whatever happens."""
    process = start(world, what, ahead=ahead)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()


@contextmanager
def several(world: World, n: int, what: str = "worker") -> Iterator[list[subprocess.Popen[bytes]]]:
    """As many of them at once."""
    with ExitStack() as at_work:
        yield [at_work.enter_context(running(world, what)) for _ in range(n)]


def _clock(house: House) -> None:
    run_clock(house)


def _worker(house: House) -> None:
    run_worker(house, ["sending"], at_once=AT_ONCE)


def _every_hour(house: House) -> None:
    """A clock that believes it leads, whoever else does: all its hours, at once."""
    for _ in range(ROUNDS):
        for _name, _hours, work in HOURS:
            work(house)


def _rush(house: House) -> None:
    """A worker that waits for no job: it asks for the lane's messages again and again."""
    while True:
        _drain(house)


def _once(house: House) -> None:
    """A worker that drains once, and may begin a mail for a second after it claimed it."""
    _drain(house, lease=timedelta(seconds=MARGIN_SECONDS + BEGINS_WITHIN))


def _drain(house: House, *, lease: timedelta = LEASE) -> None:
    drain(house.db, carriers_of(house), house.letterhead, "wide", now=now, lease=lease)


WORKS: Mapping[str, Callable[[House], None]] = {
    "clock": _clock,
    "worker": _worker,
    "every hour": _every_hour,
    "rush": _rush,
    "once": _once,
}

if __name__ == "__main__":
    opened = open_house(os.environ)
    WORKS[sys.argv[1]](opened)
    opened.close()
