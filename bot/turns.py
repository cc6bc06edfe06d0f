"""Turns in threads: those of one conversation in order, conversations side by side."""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

log = logging.getLogger(__name__)

Job = Callable[[], None]


class Turns:
    """Jobs by room. Asked to stop, those under way end and the others are left undone."""

    def __init__(self, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="turn")
        self._lock = threading.Lock()
        self._rooms: dict[str, deque[Job]] = {}
        self.stopping = threading.Event()

    def add(self, room: str, job: Job) -> None:
        """Run this job once those of its room that came before are over."""
        with self._lock:
            waiting = self._rooms.get(room)
            if waiting is not None:
                waiting.append(job)
                return
            self._rooms[room] = deque([job])
        self._pool.submit(self._work, room)

    def stop(self) -> None:
        """Begin no more; a job looks at `stopping` wherever it waits."""
        self.stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, room: str) -> None:
        while (job := self._next(room)) is not None:
            try:
                job()
            except Exception as error:  # a room never waits for a job that is no more
                log.error("a turn is left: %s", told(error))

    def _next(self, room: str) -> Job | None:
        with self._lock:
            waiting = self._rooms[room]
            if not waiting or self.stopping.is_set():
                del self._rooms[room]
                return None
            return waiting.popleft()


def growing() -> Iterator[float]:
    """Waits in seconds before each new attempt, a minute at most."""
    yield from (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
    while True:
        yield 60.0


def told(error: Exception) -> str:
    """An error and where it came from: its own words may quote what a person wrote."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
