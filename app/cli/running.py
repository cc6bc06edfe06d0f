"""How every command runs: the house opened once, a refusal told on one line, an exit code.

0: done. 1: refused, the sentence on the error stream says what to do. 2: wrong usage.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from psycopg import Error
from sqlalchemy.exc import DBAPIError

from app.cli.faults import of_database, of_disk
from app.errors import Refused
from app.house import House, open_house

REFUSED = 1
PATIENCE = 30.0  # seconds for the site to answer, and for a process to end
TICK = 0.1
# Settings of a process that stays: it tells what it does, unless the environment says otherwise.
STAYING = {"LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO")}


class Rim(click.Group):
    """The group of all commands: turns what a person can mend into a sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            sentence = str(refused)
        except (DBAPIError, Error, OSError) as error:
            told = of_disk(error) if isinstance(error, OSError) else of_database(error)
            if told is None:
                raise
            sentence = told
        click.echo(sentence, err=True)
        return ctx.exit(REFUSED)


@contextmanager
def house(**settings: str) -> Iterator[House]:
    """The house that the environment describes, with these settings on top; closed at the end.

    A command speaks to the person who typed it: unless asked, the log keeps to warnings.
    """
    opened = open_house({"LOG_LEVEL": "WARNING", **os.environ, **settings})
    try:
        yield opened
    finally:
        opened.close()


def stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask them to end, wait, then insist. Each leads a session of its own."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    give_up_at = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(timeout=max(give_up_at - time.monotonic(), TICK))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def own_command(*words: str) -> list[str]:
    """Our own command line, for a process started by another."""
    return [sys.executable, "-m", "app.cli.main", *words]
