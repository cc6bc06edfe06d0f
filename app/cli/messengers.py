"""Several messengers at once: a process each, begun again when it falls, all stopped together."""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Callable, Sequence

from app.cli.running import REFUSED, own_command, stop
from scheduler.idle import stop_asked

log = logging.getLogger(__name__)

Start = Callable[[str], "subprocess.Popen[bytes]"]

LOOK = 0.2  # seconds between two looks at the processes
WAITS = (1.0, 5.0, 30.0, 60.0)  # seconds before each new attempt; the last, again and again


def start(name: str) -> subprocess.Popen[bytes]:
    """The process of one messenger; what it says goes where ours does.

    In a session of its own, so that Ctrl-C reaches this process alone, which then stops them.
    """
    return subprocess.Popen(
        own_command("bot", name), stdin=subprocess.DEVNULL, start_new_session=True
    )


def keep_all(names: Sequence[str], *, start: Start = start, waits: Sequence[float] = WAITS) -> int:
    """Keep these messengers until SIGTERM or SIGINT; the exit code.

    One that refuses (a wrong token) has said what to mend and is not begun again. Once all have
    refused there is nothing to keep.
    """
    kept = [_Kept(name, start, waits) for name in names]
    with stop_asked() as stopped:
        try:
            while not stopped.wait(LOOK) and not all(one.refused for one in kept):
                for one in kept:
                    one.look()
        finally:
            stop([one.process for one in kept])
    return REFUSED if all(one.refused for one in kept) else 0


class _Kept:
    """One messenger's process."""

    def __init__(self, name: str, start: Start, waits: Sequence[float]) -> None:
        self.refused = False
        self._name, self._start, self._waits = name, start, waits
        self._n_falls = 0
        self._again_at: float | None = None
        self.process = start(name)

    def look(self) -> None:
        """Begin it again if it fell long enough ago."""
        code = self.process.poll()
        if code is None or self.refused:
            return
        if code == REFUSED:
            self.refused = True
        elif self._again_at is None:
            wait = self._waits[min(self._n_falls, len(self._waits) - 1)]
            self._n_falls += 1
            self._again_at = time.monotonic() + wait
            log.error("%s ended with code %s, again in %s s", self._name, code, wait)
        elif time.monotonic() >= self._again_at:
            self._again_at = None
            self.process = self._start(self._name)
