"""Processes with nothing to do stay, so that their keeper stops none of the others."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.cli.running import own_command
from app.settings import ROOT
from tests.world import World

PATIENCE = 30.0  # seconds to say that it waits, then to end


@contextmanager
def staying(world: World, *words: str) -> Iterator[subprocess.Popen[str]]:
    """One of our commands as a process, which ends with the block whatever happens."""
    process = subprocess.Popen(
        own_command(*words),
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": world.owner_url,
            "HOLD_SENDING": "oui",
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("bot",), "ce processus attend"),
        (("worker", "--queue", "sending"), "sending is held"),
    ],
)
def test_it_waits_and_ends_well_when_told(
    world: World, words: tuple[str, ...], says: str, stop: signal.Signals
) -> None:
    with staying(world, *words) as process:
        assert process.stdout is not None
        assert says in process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)

        process.send_signal(stop)

        assert process.wait(timeout=PATIENCE) == 0
