"""What a process with nothing to do does: it stays, until it is stopped.

Those that keep processes alive (foreman, systemd) take an exit for a failure, and may then stop
the others.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType


def until_stopped() -> None:
    """Wait for SIGTERM or SIGINT; then this process takes signals as it did before."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        stopped.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
