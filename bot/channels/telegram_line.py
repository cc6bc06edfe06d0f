"""The way from turns, which are threads, to Telegram's account, which lives on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from app.vocabulary.scope import Channel
from bot.channels.channel import Say, Unreachable
from bot.channels.telegram_api import call
from bot.channels.telegram_wire import LONGEST, payloads_of


@dataclass
class Chat:
    """One conversation, for the time of one turn, however often the turn is tried."""

    line: Line
    channel: Channel = field(default=Channel.TELEGRAM, init=False)
    confidential_allowed: bool = field(default=False, init=False)  # Telegram reads everything
    results_allowed: bool = field(default=False, init=False)
    writes_first: bool = field(default=True, init=False)
    longest: int = field(default=LONGEST, init=False)
    _rank: int = 0
    _sent: dict[int, list[str]] = field(default_factory=dict)

    def try_from(self, rank: int) -> None:
        """The turn begins, or begins again, at its say of this rank."""
        self._rank = rank

    def send(self, external_id: str, say: Say) -> str:
        """Deliver one message. What this turn has delivered already is not sent again."""
        sent = self._sent.setdefault(self._rank, [])
        for payload in payloads_of(external_id, say)[len(sent) :]:
            sent.append(self.line.post(payload))
        self._rank += 1
        return sent[-1]


class Line:
    """Calls of one account, from any thread."""

    def __init__(self, bot: ExtBot[Any]) -> None:
        self._bot = bot
        self._loop = asyncio.get_running_loop()
        self._under_way: set[Future[Any]] = set()
        self._asides: set[asyncio.Task[None]] = set()

    def post(self, payload: Mapping[str, Any]) -> str:
        """Send from a thread, in its turn; the message's name."""
        return str(self._from_thread(call(self._bot, "sendMessage", dict(payload)))["message_id"])

    def leave(self, chat_id: str) -> None:
        """Leave a group from a thread, unless it has put us out."""
        with suppress(Unreachable, BadRequest):
            self._from_thread(call(self._bot, "leaveChat", {"chat_id": int(chat_id)}))

    def aside(self, method: str, data: dict[str, Any]) -> None:
        """A call from the event loop whose failure harms nobody: nobody waits for it."""
        task = asyncio.create_task(self._try(method, data))
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    def give_up(self) -> None:
        """Whoever waits for Telegram waits no more."""
        for called in list(self._under_way):
            called.cancel()
        for aside in list(self._asides):
            aside.cancel()

    async def _try(self, method: str, data: dict[str, Any]) -> None:
        with suppress(TelegramError, Unreachable):
            await call(self._bot, method, data)

    def _from_thread(self, asked: Coroutine[Any, Any, Any]) -> Any:
        under_way = asyncio.run_coroutine_threadsafe(asked, self._loop)
        self._under_way.add(under_way)
        try:
            return under_way.result()
        finally:
            self._under_way.discard(under_way)
