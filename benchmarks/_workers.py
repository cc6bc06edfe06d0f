"""Worker processes that drain a database together, and what each part of the machine spent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from app.settings import ROOT
from benchmarks._ground import bounded
from benchmarks._machine import Postgresql, Watch, cpu_seconds, keep_to, rss_mb, watching


@dataclass(frozen=True, slots=True)
class Run:
    """What one draining did: mails, seconds, seconds of processor of each part, and memory."""

    n_sent: int
    seconds: float
    workers: float
    postgresql: float | None  # None: it runs on another machine
    sink: float
    rss_mb: float  # of the largest worker
    growth_mb: float  # of the worker that grew most, from the first third to the last

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.n_sent / self.seconds

    @property
    def busy(self) -> float:
        """How many cores all of it kept busy."""
        return (self.workers + self.sink + (self.postgresql or 0)) / self.seconds

    def ms(self, spent: float | None) -> float:
        """Milliseconds of processor a mail."""
        return 1000 * (spent or 0) / self.n_sent


def drained(
    environment: Mapping[str, str],
    n_workers: int,
    *,
    sink: int,
    server: Postgresql | None,
    cores: Sequence[int] = (),
) -> Run:
    """Drain a database with so many workers, begun at one moment.

    `sink`: the mail server's process. `cores`: one for each worker, if they are kept to any.
    """
    workers = [_started(environment) for _ in range(n_workers)]
    try:
        for worker, core in zip(workers, cores, strict=False):
            keep_to([core], [worker.pid])
        for worker in workers:
            _told(worker)
        watches = [_memory_of(worker.pid) for worker in workers]
        before = cpu_seconds(sink), server.cpu_seconds() if server else None
        start = time.perf_counter()
        with bounded(), watching(*watches):
            for worker in workers:
                _say(worker)
            told = [_told(worker).split() for worker in workers]
        seconds = time.perf_counter() - start
        after = cpu_seconds(sink), server.cpu_seconds() if server else None
        for worker in workers:
            _say(worker)
        with bounded():
            for worker in workers:
                worker.wait()
    finally:
        for worker in workers:
            worker.kill()  # does nothing to those that ended
            worker.communicate()
    return Run(
        n_sent=sum(int(n) for n, _ in told),
        seconds=seconds,
        workers=sum(float(cpu) for _, cpu in told),
        postgresql=None if after[1] is None or before[1] is None else after[1] - before[1],
        sink=after[0] - before[0],
        rss_mb=max(watch.peak for watch in watches),
        growth_mb=max(watch.growth() for watch in watches),
    )


def _started(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks._drain"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _memory_of(pid: int) -> Watch:
    return Watch(lambda: rss_mb(pid))


def _told(worker: subprocess.Popen[str]) -> str:
    line = _pipe(worker.stdout).readline()
    if not line:
        raise RuntimeError("a worker of the measure ended before its time")
    return line


def _say(worker: subprocess.Popen[str]) -> None:
    pipe = _pipe(worker.stdin)
    pipe.write("go\n")
    pipe.flush()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("a worker was started without a pipe")
    return pipe
