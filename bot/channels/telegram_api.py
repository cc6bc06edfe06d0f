"""One account on Telegram: its calls, the pace it keeps, what a refusal means."""

from __future__ import annotations

import asyncio
import logging
import time
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError
from typing import Any

import httpx
from sqlalchemy.exc import OperationalError
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from app.errors import Refused
from app.settings import Settings
from bot.channels.channel import Unreachable

A_CHAT_EACH = 1.0
"""Seconds between two messages of one chat. Telegram: "avoid sending more than one message per
second" in a chat, thirty in all (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits)."""
DIALOGUE_A_SECOND, OUTBOX_A_SECOND = 20, 10
"""Of the thirty, how many are for whoever speaks now: two processes share one account."""

_MANY = 512  # chats whose last message is remembered, before the old ones are forgotten
_SHUT = ("chat not found", "user is deactivated", "peer_id_invalid", "have no rights", "not enough")
_CONNECT, _ANSWER = 10.0, 20.0  # seconds

AWAY = (TelegramError, TimeoutError, OperationalError, CancelledError)
"""What passes by waiting: Telegram or PostgreSQL away, or told to end meanwhile."""

Posting = Callable[..., Coroutine[Any, Any, Any]]


class WrongToken(Refused):
    """Telegram knows no bot by this token, or no longer."""

    sentence = (
        "Telegram refuse TELEGRAM_TOKEN. Copiez de nouveau le jeton que donne @BotFather, "
        "puis relancez."
    )


class Pace(AIORateLimiter):
    """The library's limiter, which leaves to its user the pace within one conversation."""

    def __init__(
        self,
        a_second: float,
        max_retries: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(overall_max_rate=a_second, max_retries=max_retries)
        self._clock, self._sleep = clock, sleep
        self._free_at: dict[int, float] = {}

    async def process_request(
        self,
        callback: Posting,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        if isinstance(chat := data.get("chat_id"), int):
            await self._turn_of(chat)
        return await super().process_request(
            callback, args, kwargs, endpoint, data, rate_limit_args
        )

    async def _turn_of(self, chat: int) -> None:
        at = self._clock()
        if len(self._free_at) > _MANY:
            self._free_at = {one: free for one, free in self._free_at.items() if free > at}
        begins = max(at, self._free_at.get(chat, at))
        self._free_at[chat] = begins + A_CHAT_EACH
        if begins > at:
            await self._sleep(begins - at)


def bot_of(settings: Settings, *, a_second: float, max_retries: int) -> ExtBot[Any]:
    """The account that the settings describe. `max_retries`: how often a 429 is waited out."""
    # Asked for by its raw name, a call is answered as it came: a field that the library does not
    # know must not stop us, least of all once a message has left.
    warnings.filterwarnings("ignore", "Please use 'Bot", PTBUserWarning)
    return ExtBot(
        settings.telegram_token,
        base_url=f"{settings.telegram_api}/bot",
        request=_request(connections=64),
        get_updates_request=_request(connections=1),
        rate_limiter=Pace(a_second, max_retries),
    )


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=_CONNECT,
        read_timeout=_ANSWER,
        write_timeout=_ANSWER,
        pool_timeout=_ANSWER,
    )


def keep_quiet() -> None:
    """The libraries' lines hold the token (in addresses), or what people wrote; ours do not."""
    for name in ("telegram", "httpx", "httpcore", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def may_have_come_through(error: Exception) -> bool:
    """Whether a call that failed may have been obeyed: it left, and nobody answered.

    A refusal is an answer; a line that never opened carried nothing.
    """
    never_left = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
    unanswered = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return unanswered and not isinstance(error.__cause__, never_left)


async def call(bot: ExtBot[Any], method: str, data: dict[str, Any], *, wait: float = 0.0) -> Any:
    """One call of the Bot API. `wait`: seconds for which the server may hold the line.

    `Unreachable` where the person, or the group, has shut the door; else `TelegramError`.
    """
    try:
        return await bot.do_api_request(method, api_kwargs=data, read_timeout=wait + _ANSWER)
    except (Forbidden, ChatMigrated):
        raise Unreachable from None
    except BadRequest as error:
        if any(words in error.message.casefold() for words in _SHUT):
            raise Unreachable from None
        raise
