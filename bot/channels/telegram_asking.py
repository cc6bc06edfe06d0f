"""Asks Telegram for updates. Asking for the next is what confirms the former: they are kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram.error import EndPointNotFound
from telegram.ext import ExtBot

from bot.channels.telegram_api import AWAY, WrongToken, call
from bot.channels.telegram_wire import UPDATES
from bot.turns import growing
from bot.updates import Update

log = logging.getLogger(__name__)

HOLD = 30  # seconds for which Telegram may hold the line until something comes
EMPTY_HANDED = 0.1  # seconds before asking again, in case it did not

Keep = Callable[[Mapping[str, Any]], Awaitable[Update | None]]
"""Keeps an update; None where it waits for no answer, or is a repeat."""


class Asking:
    """One account's updates, in the order they came."""

    def __init__(self, bot: ExtBot[Any], keep: Keep) -> None:
        self._bot, self._keep = bot, keep
        self._next: dict[str, int] = {}  # the update after the last that is kept
        self._may_be_called = True  # by a former run: one excludes the other

    async def ask(self, hold: int) -> list[Update | None]:
        """What Telegram had for us, all of it kept; empty where it had nothing.

        `hold`: seconds for which it may hold the line. Away, it or the database is waited for.
        """
        kept: list[Update | None] = []
        waits = growing()
        while True:
            try:
                await self._ask(hold, kept)
                break
            except EndPointNotFound:
                raise WrongToken from None
            except AWAY as error:
                wait = next(waits)
                log.warning("Telegram: %s, again in %s s", type(error).__name__, wait)
                await asyncio.sleep(wait)
        if hold and not kept:
            await asyncio.sleep(EMPTY_HANDED)
        return kept

    async def _ask(self, hold: int, kept: list[Update | None]) -> None:
        if self._may_be_called:
            await call(self._bot, "deleteWebhook", {"drop_pending_updates": False})
            self._may_be_called = False
        data = {"timeout": hold, "allowed_updates": list(UPDATES), **self._next}
        for update in await call(self._bot, "getUpdates", data, wait=hold):
            kept.append(await self._keep(update))
            self._next = {"offset": update["update_id"] + 1}
