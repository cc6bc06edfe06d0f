"""A process that dies at any step of a turn: a transaction begun, about to commit, committed;
something read; a message about to be sent, sent."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.db import Database
from bot.channels.channel import Heard, Say
from bot.conversation import answer, take_turn
from bot.desk import Desk
from bot.updates import waiting
from tests.bot.phone import Phone

UNNOTED = {("send", "sent"), ("said", "before"), ("said", "uncommitted")}
"""Where a message was sent, and nobody knows that it was: it may be sent once more."""


class Death(BaseException):
    """SIGKILL, as nearly as a test may: nothing after it runs, and nothing catches it."""


@dataclass
class Fuse:
    """How many steps are left to live; None: for ever."""

    left: int | None = None
    n_burnt: int = 0

    def burn(self, step: str) -> None:
        self.n_burnt += 1
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Death(step)


class MortalDatabase(Database):
    """The database as a process that may die sees it."""

    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(url)
        self.fuse = fuse

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        self.fuse.burn("before")
        with super().transaction() as session:
            yield session
            self.fuse.burn("uncommitted")
        self.fuse.burn("committed")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        self.fuse.burn("reading")
        with super().reading() as session:
            yield session


@dataclass
class MortalPhone(Phone):
    """A telephone whose bot dies: another process then takes over, and the update comes again."""

    fuse: Fuse = field(default_factory=Fuse)
    steps_to_live: int | None = None  # of the next turn
    deaths: list[tuple[str, str]] = field(default_factory=list)  # where, at which step

    def send(self, external_id: str, say: Say) -> str:
        self.fuse.burn("before")
        name = super().send(external_id, say)
        self.fuse.burn("sent")
        return name

    def takes(self, heard: Heard, *, seconds_ago: float = 0) -> list[Say]:
        before = len(self.sent)
        self.fuse.left = self.steps_to_live
        try:
            super().takes(heard, seconds_ago=seconds_ago)
        except Death as death:
            self._died(death)
            self._taken_over(heard)
        self.fuse.left = None
        return [say for _, say in self.sent[before:]]

    def _died(self, death: Death) -> None:
        places = [frame.name for frame in traceback.extract_tb(death.__traceback__)]
        known = ("keep", "come_in", "thought", "send", "said", "done", "_think")
        where = next((name for name in known if name in places), "elsewhere")
        self.deaths.append((where, str(death)))

    def _taken_over(self, heard: Heard) -> None:
        """A new process answers what waits; then the messenger delivers the update once more."""
        now = self.world.now
        desk = Desk(self.world.db, self.world.letterhead)
        for one in waiting(self.world.db, self.channel):
            answer(desk, self, one, now=now)
        assert waiting(self.world.db, self.channel) == []
        take_turn(desk, self, heard, now=now)
        n_sent = len(self.sent)
        assert take_turn(desk, self, heard, now=now) == []
        assert len(self.sent) == n_sent
