"""Web, clock and worker, each a process of its own, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from app.cli.running import PATIENCE, TICK, own_command, stop
from app.errors import Refused


class DidNotStart(Refused):
    """One of the processes ended, or the site did not answer in time."""

    sentence = "Le site n’a pas démarré. La fin de son journal est dans {log}."


@contextmanager
def running(
    commands: Sequence[Sequence[str]], settings: Mapping[str, str], logs: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start these commands of ours; whatever happens, none outlives the block.

    Each has its own session, so that Ctrl-C reaches this process alone, which then stops them.
    """
    logs.mkdir(parents=True, exist_ok=True)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for words in commands:
            with (logs / f"{words[0]}.log").open("wb") as log:
                started.append(
                    subprocess.Popen(
                        own_command(*words),
                        env={**os.environ, **settings},
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
        yield started
    finally:
        stop(started)


def wait_for_site(address: str, processes: Sequence[subprocess.Popen[bytes]], logs: Path) -> None:
    """Wait until the site says that it is well."""
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        if any(process.poll() is not None for process in processes):
            break
        try:
            if httpx.get(f"{address}/healthz", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(TICK)
    raise DidNotStart(log=logs)


def wait_for_the_end(processes: Sequence[subprocess.Popen[bytes]], logs: Path) -> None:
    """Until Ctrl-C or SIGTERM, or until one of them ends by itself, which is told.

    SIGINT is taken expressly: a shell's background job inherits it ignored, and Python keeps that.
    """
    ends = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, _as_ctrl_c) for number in ends}
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    raise DidNotStart(log=logs)


def _as_ctrl_c(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
