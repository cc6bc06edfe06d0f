"""How a process that stays is told to stop; one with nothing to do waits for that alone.

Those that keep processes alive (foreman, systemd) take an exit for a failure, and may then stop
the others.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_asked() -> Iterator[threading.Event]:
    """Set by SIGTERM or SIGINT; then this process takes signals as it did before."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def until_stopped() -> None:
    """Wait for SIGTERM or SIGINT."""
    with stop_asked() as stopped:
        stopped.wait()
