"""What this machine's processes cost: processor, memory, which core; read from /proc (Linux)."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")  # of processor time, in a second
MB = 1024 * 1024
EVERY = 0.2  # seconds between two samples


def cpu_seconds(pid: int) -> float:
    """Processor that a process took so far, all its threads; 0 once it is gone."""
    spent = _stat(pid)
    return (int(spent[11]) + int(spent[12])) / TICKS if spent else 0.0


def rss_mb(pid: int) -> float:
    """Memory that a process holds now, in MB; 0 once it is gone."""
    pages = _read(pid, "statm").split()
    return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / MB if pages else 0.0


def own_mb(pid: int) -> float:
    """What a process holds for itself alone: a backend's share of PostgreSQL's buffers is not."""
    return _status_mb(pid, "RssAnon")


def peak_mb() -> float:
    """The most that this very process held since it began.

    Not `getrusage`, which starts from what the parent held when the process was made.
    """
    return _status_mb(os.getpid(), "VmHWM")


@dataclass(frozen=True, slots=True)
class Postgresql:
    """The server of a database, where it runs on this machine."""

    postmaster: int
    database: str

    @classmethod
    def serving(cls, url: str) -> Postgresql | None:
        """The server of this database; None where it runs elsewhere."""
        engine = create_engine(url)
        with engine.connect() as connection:
            backend = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
            here = _name(backend) == "postgres"
            parent = int(_stat(backend)[1]) if here else 0
        engine.dispose()
        return cls(parent, str(engine.url.database)) if here else None

    @property
    def processes(self) -> list[int]:
        return [self.postmaster, *_children(self.postmaster)]

    def cpu_seconds(self) -> float:
        """Of all its processes, those that ended included."""
        ended = _stat(self.postmaster)
        reaped = (int(ended[13]) + int(ended[14])) / TICKS if ended else 0.0
        return reaped + sum(cpu_seconds(pid) for pid in self.processes)

    def largest_mb(self) -> float:
        """What the largest process that serves the database holds for itself."""
        serving = [pid for pid in self.processes if f" {self.database} " in _command(pid)]
        return max((own_mb(pid) for pid in serving), default=0.0)


@dataclass
class Watch:
    """What was seen of one figure, from a moment on."""

    look: Callable[[], float]
    seen: list[tuple[float, float]] = field(default_factory=list)  # seconds, figure

    @property
    def peak(self) -> float:
        return max((figure for _, figure in self.seen), default=0.0)

    def growth(self) -> float:
        """The peak of the last third of the time, less that of the first."""
        figures = [(at, figure) for at, figure in self.seen if figure > 0]
        if len(figures) < 3:
            return 0.0
        begun, ended = figures[0][0], figures[-1][0]
        third = (ended - begun) / 3
        first = max(figure for at, figure in figures if at <= begun + third)
        last = max(figure for at, figure in figures if at >= ended - third)
        return last - first


@contextmanager
def watching(*watches: Watch) -> Iterator[None]:
    """Look at these figures a few times a second, meanwhile."""
    over = threading.Event()

    def look() -> None:
        while True:
            for watch in watches:
                watch.seen.append((time.monotonic(), watch.look()))
            if over.wait(EVERY):
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def two_cores() -> tuple[int, int] | None:
    """Two cores of those this process may use; None where there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) > 1 else None


@contextmanager
def kept_to(core: int, server: Postgresql) -> Iterator[None]:
    """PostgreSQL on one core alone, meanwhile; what it starts follows. `PermissionError`."""
    before = os.sched_getaffinity(server.postmaster)
    keep_to([core], server.processes)
    try:
        yield
    finally:
        keep_to(before, server.processes)


def keep_to(cores: Sequence[int] | set[int], processes: Sequence[int]) -> None:
    """Have these processes run on these cores alone."""
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(pid, cores)


def _children(parent: int) -> list[int]:
    found = []
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            known = _stat(int(folder.name))
            if known and int(known[1]) == parent:
                found.append(int(folder.name))
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/…/stat from the state on; none once the process is gone."""
    return _read(pid, "stat").rpartition(")")[2].split()


def _name(pid: int) -> str:
    return _read(pid, "comm").strip()


def _command(pid: int) -> str:
    """How a process calls itself; PostgreSQL's name their database."""
    return _read(pid, "cmdline").replace("\0", " ")


def _read(pid: int, name: str) -> str:
    """What /proc says of a process; nothing once it is gone."""
    try:
        return (PROC / str(pid) / name).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _status_mb(pid: int, name: str) -> float:
    lines = _read(pid, "status").splitlines()
    found = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(found[0]) / 1024 if found else 0.0
