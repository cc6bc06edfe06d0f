"""The respondents shared out between processes, each with a site and a clock of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from types import TracebackType
from typing import Any

from app.cli.demo.acting import Act, Stage
from app.cli.demo.mailbox import Served, served
from app.cli.demo.mails import Mails
from app.cli.demo.people import Person
from app.cli.demo.visits import Site
from app.house import House, open_house
from app.main import create_app
from app.questionnaires.load import load_all

TICK = 0.2  # seconds between two looks at the progress


@dataclass(frozen=True, slots=True)
class Share:
    """What one process is given."""

    settings: Mapping[str, str]
    people: tuple[Person, ...]
    mails: Path
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Played:
    """What one process has done since the beginning."""

    n_requests: int
    n_turns: int


class Crowd:
    """Plays the respondents of all shares, up to one moment of the business clock after another."""

    def __init__(self, shares: Sequence[Share]) -> None:
        context = get_context("spawn")
        self._ticks: Any = context.Queue()
        self._processes = [
            ProcessPoolExecutor(
                1, mp_context=context, initializer=_begin, initargs=(share, self._ticks)
            )
            for share in shares
        ]

    def __enter__(self) -> Crowd:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            if error is None:
                process.submit(_end).result()
            process.shutdown(cancel_futures=True)

    def play(self, until: timedelta, tick: Act) -> list[Played]:
        """Let everybody act until then; `tick` is called for every act done."""
        playing = [process.submit(_play, until) for process in self._processes]
        while not all(future.done() for future in playing):
            self._tell(tick)
            wait(playing, timeout=TICK)
        self._tell(tick)
        return _results(playing)

    def _tell(self, tick: Act) -> None:
        try:
            while True:
                self._ticks.get_nowait()
                tick()
        except Empty:
            return


def shares_of(
    people: Sequence[Person], n: int, *, public_url: str, mails: Path, began_at: datetime
) -> list[Share]:
    """Deal the people out; those who share a mailbox stay together."""
    settings = {"LOG_LEVEL": "WARNING", **os.environ, "PUBLIC_URL": public_url}
    settings["CLOCK_OFFSET"] = "0"
    hands: list[list[Person]] = [[] for _ in range(n)]
    holder: dict[str, int] = {}
    for rank, person in enumerate(people):
        hands[holder.setdefault(person.email, rank % n)].append(person)
    return [Share(settings, tuple(hand), mails, began_at) for hand in hands]


def _results(futures: Sequence[Future[Played]]) -> list[Played]:
    return [future.result() for future in futures]


@dataclass
class _Process:
    """What a process of the crowd holds open between two calls."""

    house: House
    server: Served
    site: Site
    stage: Stage
    ticks: Any


_open: list[_Process] = []  # one at most: a process of the crowd plays one share


def _begin(share: Share, ticks: Any) -> None:
    house = open_house(share.settings)
    server = served(create_app(house), 0)
    site = Site(share.settings["PUBLIC_URL"], connect_to=server.address)
    themes = {one.theme: one for one in load_all()[:3]}  # those of the first wave
    stage = Stage(house, site, Mails(share.mails), themes, share.began_at)
    stage.expect(share.people)
    _open.append(_Process(house, server, site, stage, ticks))


def _play(until: timedelta) -> Played:
    mine = _open[0]
    mine.stage.play(lambda: mine.ticks.put(1), until=until)
    return Played(mine.site.n_requests, mine.stage.n_turns)


def _end() -> None:
    mine = _open.pop()
    mine.site.close()
    mine.server.close()
    mine.house.close()
