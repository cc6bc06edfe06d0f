"""The way from turns, which are threads, to the account, which lives on an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field

from app.collect.card import card_file
from app.db import Database
from app.vocabulary.scope import Channel
from bot.channels.channel import Say
from bot.channels.matrix_client import Account, SentFile
from bot.channels.matrix_place import room_of
from bot.channels.matrix_wire import LONGEST, texts_of

PDF = "application/pdf"
LEAVING = 60.0  # seconds


@dataclass
class Room:
    """One conversation, for the time of one turn."""

    line: Line
    encrypted: bool
    source: str  # of the message that is answered
    rank: int  # of the next say
    channel: Channel = field(default=Channel.MATRIX, init=False)
    writes_first: bool = field(default=True, init=False)
    longest: int = field(default=LONGEST, init=False)

    @property
    def confidential_allowed(self) -> bool:
        """In clear, whoever keeps one of the room's servers reads it."""
        return self.encrypted

    @property
    def results_allowed(self) -> bool:
        return self.encrypted

    def send(self, external_id: str, say: Say) -> str:
        """Deliver one message. After a crash it has the same name: nothing is shown twice."""
        key = f"{self.source} {self.rank}"
        self.rank += 1
        return self.line.post(external_id, texts_of(say), self.line.files_of(say), key)


class Line:
    """The account, as any thread uses it."""

    def __init__(self, db: Database, account: Account) -> None:
        self._db = db
        self._account = account
        self._loop = asyncio.get_running_loop()
        self._under_way: set[Future[str]] = set()
        self._given_up = False

    def post(
        self,
        place: str,
        texts: Sequence[str],
        files: Sequence[SentFile],
        key: str,
        *,
        timeout: float | None = None,
    ) -> str:
        """Write in a conversation from a thread; `TimeoutError` when it takes too long."""
        asked = self._account.post(place, texts, files, key)
        under_way = asyncio.run_coroutine_threadsafe(asked, self._loop)
        self._under_way.add(under_way)
        try:
            if self._given_up:
                raise CancelledError
            return under_way.result(timeout)
        finally:
            under_way.cancel()
            self._under_way.discard(under_way)

    def leave(self, place: str) -> None:
        """Leave the room of a conversation, from a thread."""
        leaving = self._account.leave(room_of(place))
        asyncio.run_coroutine_threadsafe(leaving, self._loop).result(LEAVING)

    def files_of(self, say: Say) -> list[SentFile]:
        """The card that goes with a say, unless it was withdrawn since."""
        if say.card is None:
            return []
        with self._db.reading() as session:
            found = card_file(session, say.card)
        return [SentFile(found.name, PDF, found.pdf)] if found else []

    def give_up(self) -> None:
        """Whoever waits for the server waits no more, now or later: `CancelledError`."""
        self._given_up = True
        for one in list(self._under_way):
            one.cancel()
