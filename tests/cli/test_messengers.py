"""Several messengers, a process each: one that falls is begun again, alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from app.cli.messengers import keep_all

STAYS = "import time; time.sleep(60)"
FALLS = "raise SystemExit(70)"
REFUSES = "raise SystemExit(1)"


@dataclass
class Processes:
    """What each messenger does, one start after the other; SIGTERM comes with the last."""

    do: dict[str, list[str]]
    started: Counter[str] = field(default_factory=Counter)
    every: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str) -> subprocess.Popen[bytes]:
        program = self.do[name][self.started[name]]
        self.started[name] += 1
        process = subprocess.Popen([sys.executable, "-c", program])
        self.every.append(process)
        if all(self.started[one] == len(programs) for one, programs in self.do.items()):
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
        return process


def kept(processes: Processes, names: Sequence[str] = ("telegram", "tchap")) -> int:
    return keep_all(names, start=processes.start, waits=(0.01,))


def test_all_are_stopped_together() -> None:
    processes = Processes({"telegram": [STAYS], "tchap": [STAYS]})

    assert kept(processes) == 0
    assert {process.returncode for process in processes.every} == {-signal.SIGTERM}


def test_one_that_falls_is_begun_again_and_the_other_goes_on() -> None:
    processes = Processes({"telegram": [FALLS, FALLS, STAYS], "tchap": [STAYS]})

    assert kept(processes) == 0
    assert processes.started == {"telegram": 3, "tchap": 1}
    codes = [process.returncode for process in processes.every]
    assert sorted(codes) == [-signal.SIGTERM, -signal.SIGTERM, 70, 70]


def test_one_that_refuses_is_left_and_the_other_goes_on() -> None:
    processes = Processes({"telegram": [REFUSES], "tchap": [FALLS, STAYS]})

    assert kept(processes) == 0
    assert processes.started == {"telegram": 1, "tchap": 2}


def test_once_all_refuse_there_is_nothing_to_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Timer, "start", lambda _self: None)
    processes = Processes({"telegram": [REFUSES], "tchap": [REFUSES]})

    assert kept(processes) == 1
