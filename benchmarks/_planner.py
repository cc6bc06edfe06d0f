"""Asks a process to plan, and keeps what that cost: seconds, its memory, and PostgreSQL's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from app.house import House
from app.settings import ROOT
from benchmarks._ground import bounded
from benchmarks._machine import Postgresql, Watch, watching

MOST_MB = "8192"  # for the process that plans, unless BENCH_MEMORY_MB says otherwise


class OutOfMemory(RuntimeError):
    """Planning wanted more memory than the measure allows."""


@dataclass
class Spent:
    """What planning cost so far."""

    n_messages: int = 0
    seconds: float = 0.0
    mb: float = 0.0  # the most that the process held
    postgresql_mb: float = 0.0  # the most that one of PostgreSQL's held for itself

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.n_messages + other.n_messages,
            self.seconds + other.seconds,
            max(self.mb, other.mb),
            max(self.postgresql_mb, other.postgresql_mb),
        )


@dataclass
class Planner:
    """A process that plans; each answer is also added to what it spent in all."""

    process: subprocess.Popen[str]
    server: Postgresql | None
    spent: Spent = field(default_factory=Spent)

    def due(self, now: datetime) -> Spent:
        """What the clock does then."""
        return self._asked(f"due {now.isoformat()}")

    def preview(self, wave_id: int, *, now: datetime, until: datetime) -> Spent:
        """The dry run of a wave."""
        return self._asked(f"preview {wave_id} {now.isoformat()} {until.isoformat()}")

    def _asked(self, line: str) -> Spent:
        memory = Watch(self.server.largest_mb if self.server else lambda: 0.0)
        asked, told = _pipe(self.process.stdin), _pipe(self.process.stdout)
        with bounded(), watching(memory):
            asked.write(f"{line}\n")
            asked.flush()
            answer = told.readline().split()
        if answer == ["out-of-memory"]:
            raise OutOfMemory
        n, seconds, mb = answer
        spent = Spent(int(n), float(seconds), float(mb), memory.peak)
        self.spent += spent
        return spent


@contextmanager
def planner(house: House) -> Iterator[Planner]:
    """A process that plans on the house's database, as its clock would."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._plan"],
        cwd=ROOT,
        env={
            "BENCH_MEMORY_MB": MOST_MB,
            **os.environ,
            "DATABASE_URL": str(house.owner_url),
            "LOG_LEVEL": "WARNING",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Planner(process, Postgresql.serving(str(house.owner_url)))
    finally:
        process.kill()
        process.communicate()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the planner was started without a pipe")
    return pipe
