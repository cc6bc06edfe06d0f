"""Tchap, and any Matrix server: listens with one account until stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence
from concurrent.futures import CancelledError
from functools import partial
from urllib.parse import urlsplit

from sqlalchemy.exc import OperationalError

from app.errors import Refused
from app.house import House, data_folder
from app.now import now
from app.settings import Settings, is_loopback
from app.vocabulary.scope import Channel
from bot import updates
from bot.channels.channel import Heard, Thing
from bot.channels.matrix_carrier import MatrixCarrier, drain_rooms
from bot.channels.matrix_client import Account
from bot.channels.matrix_folder import Folder
from bot.channels.matrix_line import Line, Room
from bot.channels.matrix_place import room_of
from bot.channels.matrix_rooms import Rooms
from bot.conversation import answer, apologise
from bot.desk import Desk
from bot.turns import Turns, growing, told
from bot.updates import Update

log = logging.getLogger(__name__)

ROOMS_AT_ONCE = 8
BETWEEN_DRAINS = 5.0  # seconds
MOST_BUGS = 4  # tries of one message that end with an error of ours
_ENDS_ROOM = (Thing.GROUP, Thing.BLOCKED)


class TchapNotSetUp(Refused):
    """No account to listen with."""

    sentence = (
        "Tchap n’est pas configuré. Indiquez MATRIX_HOMESERVER, MATRIX_USER, MATRIX_PASSWORD "
        "et MATRIX_DOMAINS, puis relancez."
    )


def listen(house: House) -> None:
    """Answer on Tchap until SIGTERM or SIGINT."""
    if not is_set_up(house.settings):
        raise TchapNotSetUp
    # The library's lines name accounts, which name people; ours say what an operator needs.
    for name in ("nio", "peewee"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    folder = Folder(house.settings.matrix_store or data_folder(house.settings) / "tchap")
    try:
        asyncio.run(_Listening(house, folder).all())
    finally:
        folder.close()


def is_set_up(settings: Settings) -> bool:
    """Whether an account is described."""
    account = (settings.matrix_homeserver, settings.matrix_user, settings.matrix_domains)
    return all(account)


class _Listening:
    """One run of the bot: the account, the turns, the outbox's lane."""

    def __init__(self, house: House, folder: Folder) -> None:
        settings = house.settings
        self._house = house
        self._desk = Desk(house.db, house.letterhead, house.completeness)
        self._turns = Turns(ROOMS_AT_ONCE)
        self._account = Account(
            settings.matrix_homeserver, settings.matrix_user, settings.matrix_password, folder
        )
        self._rooms = Rooms(self._account, settings.matrix_domains)
        self._knows_rooms = asyncio.Event()

    async def all(self) -> None:
        """Listen and send until asked to stop, or until one of the two cannot go on."""
        self._line = Line(self._house.db, self._account)
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        running = [asyncio.create_task(one) for one in (stopped.wait(), self._listen())]
        if not self._house.settings.hold_sending:
            running.append(asyncio.create_task(self._send()))
        try:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._end(running)
        for one in done:
            one.result()

    async def _end(self, running: Sequence[asyncio.Task[object]]) -> None:
        for one in running:
            one.cancel()
        self._turns.stopping.set()
        self._line.give_up()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.to_thread(self._turns.stop)
        await self._account.close()

    async def _listen(self) -> None:
        """What an ended process left, then what comes. Read on only once it is kept.

        What was written while nobody listened is kept before anything is said, even where its key
        comes late: it was written in answer to what its writer had seen.
        """
        await self._account.sign_in()
        left = await asyncio.to_thread(updates.waiting, self._house.db, Channel.MATRIX)
        resumed = {one.id for one in left}
        first, catching_up = True, True
        while True:
            new = await self._account.next(first=first, wait=self._rooms.patience)
            await self._account.tend_keys()
            if first:
                log.info("listening on Tchap, %s rooms", self._account.n_rooms)
                self._knows_rooms.set()
            kept = []
            for heard in await self._rooms.heard_in(new):
                kept.append(await self._kept(heard))
                if kept[-1].done and heard.thing in _ENDS_ROOM:
                    await self._account.leave(room_of(heard.external_id))
            left += [one for one in kept if one.id not in resumed]
            catching_up = catching_up and bool(self._rooms.unread)
            if not catching_up:
                for one in left:
                    self._begin(one)
                left = []
            # One answer behind: read again after a crash, our own words in it tell what a text
            # answers, even those that we had no time to note.
            if not self._rooms.unread and self._account.since:
                self._account.keep_read(self._account.since)
            first = False

    async def _kept(self, heard: Heard) -> Update:
        """Keep a message, as long as PostgreSQL takes to be there: nothing is read after it."""
        waits = growing()
        while True:
            try:
                return await asyncio.to_thread(
                    updates.keep, self._house.db, Channel.MATRIX, heard, now=now()
                )
            except OperationalError:
                wait = next(waits)
                log.warning("the database does not answer, again in %s s", wait)
                await asyncio.sleep(wait)

    async def _send(self) -> None:
        """Drain the outbox's lane every few seconds, once every room is known."""
        server = urlsplit(self._house.settings.matrix_homeserver).hostname or ""
        carrier = MatrixCarrier(self._line.post, is_loopback(server))
        await self._knows_rooms.wait()
        while True:
            try:
                await asyncio.to_thread(
                    drain_rooms, self._house, carrier, self._turns.stopping.is_set
                )
            except Exception as error:
                log.warning("the outbox cannot be drained now: %s", type(error).__name__)
            await asyncio.sleep(BETWEEN_DRAINS)

    def _begin(self, one: Update) -> None:
        if one.heard is not None:
            self._turns.add(one.heard.external_id, partial(self._turn, one))

    def _turn(self, one: Update) -> None:
        """Answer one message, however often it takes: it is kept, and so is how far we came.

        A bug of ours must not hold the room for ever: after a few tries, the person is told.
        """
        heard = one.heard
        assert heard is not None
        n_bugs = 0
        for wait in growing():
            try:
                self._answer(updates.keep(self._house.db, Channel.MATRIX, heard, now=now()), heard)
                return
            except OperationalError:
                log.warning("turn %s: the database does not answer, again in %s s", one.id, wait)
            except Exception as error:
                n_bugs += 1
                log.error("turn %s: %s", one.id, told(error))
            if n_bugs == MOST_BUGS:
                self._apologise(heard)
                return
            if self._turns.stopping.wait(wait):
                return

    def _apologise(self, heard: Heard) -> None:
        """Under a name of its own: the server takes what bears a name it knows for a repeat."""
        one = updates.keep(self._house.db, Channel.MATRIX, heard, now=now())
        encrypted = self._account.encrypted(room_of(heard.external_id))
        room = Room(self._line, encrypted, f"{heard.source} sorry", one.n_said)
        apologise(self._desk, room, one, now=now())

    def _answer(self, one: Update, heard: Heard) -> None:
        encrypted = self._account.encrypted(room_of(heard.external_id))
        room = Room(self._line, encrypted, heard.source, one.n_said)
        try:
            answer(self._desk, room, one, now=now())
            if heard.thing in _ENDS_ROOM:
                self._line.leave(heard.external_id)
        except CancelledError:  # told to end while the server made us wait: resumed at next start
            log.info("turn %s is left for the next start", one.id)
