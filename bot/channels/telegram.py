"""Telegram: listens with one account until stopped, by asking for updates or by being called."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import OperationalError
from telegram import Update as TelegramUpdate
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Updater

from app.errors import Refused
from app.house import House
from app.now import now
from app.settings import Settings
from app.vocabulary.scope import Channel
from bot import updates
from bot.channels.channel import Thing
from bot.channels.telegram_api import (
    AWAY,
    DIALOGUE_A_SECOND,
    WrongToken,
    bot_of,
    keep_quiet,
    may_have_come_through,
)
from bot.channels.telegram_asking import HOLD, Asking
from bot.channels.telegram_line import Chat, Line
from bot.channels.telegram_wire import UPDATES, heard_in, pressed_in
from bot.conversation import answer, apologise
from bot.desk import Desk
from bot.turns import Turns, growing, told
from bot.updates import Update

log = logging.getLogger(__name__)

CHATS_AT_ONCE = 16
GRACE = 10.0  # seconds for the turns under way, once asked to stop
RETRIES = 5  # of a message that Telegram asks to wait with, before the turn itself waits
MOST_FAULTS = 5  # of ours, in one turn


class TelegramNotSetUp(Refused):
    """No account to listen with."""

    sentence = "Telegram n’est pas configuré. Indiquez TELEGRAM_TOKEN, puis relancez."


class PortTaken(Refused):
    """Another process listens where Telegram would call us."""

    sentence = "Le port {port} est déjà pris. Indiquez-en un autre dans TELEGRAM_PORT."


def listen(house: House) -> None:
    """Answer on Telegram until SIGTERM or SIGINT."""
    if not is_set_up(house.settings):
        raise TelegramNotSetUp
    keep_quiet()
    asyncio.run(_Listening(house).all())


def is_set_up(settings: Settings) -> bool:
    """Whether an account is described."""
    return bool(settings.telegram_token)


class _KeptFirst(asyncio.Queue[object]):
    """The library answers Telegram's call once `put` is over: by then the update is kept."""

    def __init__(self, listening: _Listening) -> None:
        super().__init__()
        self._listening = listening

    async def put(self, item: object) -> None:
        if isinstance(item, TelegramUpdate):
            await self._listening.take(item.to_dict())


class _Listening:
    """One run of the bot: the account and the turns."""

    def __init__(self, house: House) -> None:
        self._settings = house.settings
        self._db = house.db
        self._desk = Desk(house.db, house.letterhead, house.completeness)
        self._turns = Turns(CHATS_AT_ONCE)
        self._bot = bot_of(house.settings, a_second=DIALOGUE_A_SECOND, max_retries=RETRIES)
        self._in_order = asyncio.Lock()
        self._asking = Asking(self._bot, self._kept)

    async def all(self) -> None:
        """Listen until asked to stop, or until it cannot go on."""
        self._line = Line(self._bot)
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        running = [asyncio.create_task(one) for one in (stopped.wait(), self._listen())]
        try:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._end(running)
        for one in done:
            one.result()

    async def _end(self, running: Sequence[asyncio.Task[Any]]) -> None:
        """Take no more, let the turns under way say what they were saying, then leave them."""
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        ending = asyncio.create_task(asyncio.to_thread(self._turns.stop))
        await asyncio.wait([ending], timeout=GRACE)
        self._line.give_up()
        await ending
        await self._bot.shutdown()

    async def _listen(self) -> None:
        """What waits since an ended process, then what comes.

        What was written while nobody listened is kept before anything is said: it was written in
        answer to what its writer had seen, and to no reply that was still to be said.
        """
        await self._sign_in()
        while await self._asking.ask(0):
            pass
        for one in await asyncio.to_thread(updates.waiting, self._db, Channel.TELEGRAM):
            self._begin(one)
        log.info("listening on Telegram as @%s", self._bot.username)
        if self._settings.telegram_webhook_url:
            await self._be_called()
            return
        while True:
            self._begin_all(await self._asking.ask(HOLD))

    async def _sign_in(self) -> None:
        for wait in growing():
            try:
                await self._bot.initialize()
                break
            except InvalidToken:
                raise WrongToken from None
            except TelegramError as error:
                log.warning("Telegram: %s, again in %s s", type(error).__name__, wait)
            await asyncio.sleep(wait)
        announced = self._settings.telegram_bot.lstrip("@")
        if announced.casefold() != self._bot.username.casefold():
            log.warning("TELEGRAM_BOT is not this bot: links lead elsewhere than to it")

    async def _be_called(self) -> None:
        """Serve Telegram's calls, behind the public server, until cancelled."""
        settings = self._settings
        updater = Updater(self._bot, _KeptFirst(self))
        await updater.initialize()
        try:
            await updater.start_webhook(
                listen="127.0.0.1",
                port=settings.telegram_port,
                url_path=re.escape(urlsplit(settings.telegram_webhook_url).path),
                webhook_url=settings.telegram_webhook_url,
                secret_token=settings.telegram_webhook_secret,
                allowed_updates=UPDATES,
                bootstrap_retries=-1,
            )
            await asyncio.Event().wait()
        except InvalidToken:
            raise WrongToken from None
        except OSError:
            raise PortTaken(port=settings.telegram_port) from None
        finally:
            if updater.running:
                await updater.stop()

    async def take(self, update: Mapping[str, Any]) -> None:
        """Keep what came, in the order it came, and have it answered."""
        async with self._in_order:
            self._begin_all([await self._kept(update)])

    async def _kept(self, update: Mapping[str, Any]) -> Update | None:
        """The message of an update, kept; None where it waits for no answer, or is a repeat."""
        heard = heard_in(update, self._bot.username)
        one = None
        if heard is not None:
            at = now()
            one = await asyncio.to_thread(updates.keep, self._db, Channel.TELEGRAM, heard, now=at)
            if one.done and heard.thing is Thing.GROUP:
                self._line.aside("leaveChat", {"chat_id": int(heard.external_id)})
            if one.received_at != at:  # done, or its turn is coming
                one = None
        if (query := pressed_in(update)) is not None:
            self._line.aside("answerCallbackQuery", {"callback_query_id": query})
        return one

    def _begin_all(self, kept: Sequence[Update | None]) -> None:
        for one in kept:
            if one is not None:
                self._begin(one)

    def _begin(self, one: Update) -> None:
        if one.heard is not None:
            self._turns.add(one.heard.external_id, partial(self._turn, one))

    def _turn(self, one: Update) -> None:
        """Answer one message, however often it takes: it is kept, and so is how far we came.

        Telegram or the database away, it waits. A fault of ours may not hold the chat up for ever:
        after a few, the person is told, and the chat goes on.
        """
        heard = one.heard
        assert heard is not None
        chat, faults, tried_at = Chat(self._line), 0, None
        for wait in growing():
            began_at = now()
            try:
                chat.try_from(one.n_said)
                answer(self._desk, chat, one, now=now, tried_at=tried_at)
                if heard.thing is Thing.GROUP:
                    self._line.leave(heard.external_id)
                return
            except Exception as error:
                faults += not isinstance(error, AWAY) or isinstance(error, BadRequest)
                if may_have_come_through(error):
                    tried_at = tried_at or began_at
                if faults == MOST_FAULTS:
                    log.error("turn %s is given up: %s", one.id, told(error))
                    apologise(self._desk, Chat(self._line), self._again(one), now=now)
                    return
                if not self._turns.stopping.is_set():
                    log.warning("turn %s: %s, again in %s s", one.id, told(error), wait)
            if self._turns.stopping.wait(wait):
                return
            one = self._again(one)

    def _again(self, one: Update) -> Update:
        """How far a turn came; as it was known, while the database is away."""
        assert one.heard is not None
        with suppress(OperationalError):
            return updates.keep(self._db, Channel.TELEGRAM, one.heard, now=now())
        return one
