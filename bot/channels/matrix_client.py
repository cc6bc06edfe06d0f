"""The Matrix account: signs in, reads what is new, writes.

Everything here runs on one event loop. A server that rations us (429) is waited for as long as it
says, by the library; one that is down, ever longer; nothing is given up for either.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import nio  # type: ignore[import-untyped]

from app.errors import Refused
from bot.channels.channel import Unreachable
from bot.channels.matrix_folder import Folder, Session
from bot.channels.matrix_place import is_between, room_of
from bot.channels.matrix_wire import file_content, text_content
from bot.turns import growing

log = logging.getLogger(__name__)

LONG_POLL = 30.0  # seconds that the server keeps a question open while nothing happens
FIRST_SYNC = 900.0  # seconds: the state of every room, at start
TIMELINE = 100  # events of a room in one answer; what is more is asked for page by page
MOST_MISSED = 2_000
DEVICE_NAME = "Baromètre"
_GONE = ("M_FORBIDDEN", "M_NOT_FOUND", "M_UNKNOWN_ROOM")
_EXPIRED = "M_UNKNOWN_TOKEN"
_NOBODY_READS: dict[str, Any] = {"types": []}
_FILTER: dict[str, Any] = {
    "presence": _NOBODY_READS,
    "account_data": _NOBODY_READS,
    "room": {
        "account_data": _NOBODY_READS,
        "ephemeral": _NOBODY_READS,
        "timeline": {"limit": TIMELINE},
    },
}


class WrongPassword(Refused):
    """The server knows no such account, or not under this password."""

    sentence = (
        "Le serveur Tchap refuse ce compte ou ce mot de passe. Corrigez MATRIX_USER ou "
        "MATRIX_PASSWORD, puis relancez."
    )


class NotAHomeserver(Refused):
    """What answers there is no Matrix server, or refuses passwords."""

    sentence = (
        "L’adresse MATRIX_HOMESERVER ne permet pas d’ouvrir une session Matrix par mot de passe "
        "({detail}). Vérifiez-la, puis relancez."
    )


class OtherAccount(Refused):
    """The folder was another account's."""

    sentence = (
        "Le dossier MATRIX_STORE contient les clés d’un autre compte que MATRIX_USER. "
        "Choisissez-en un autre, ou remettez l’ancien compte."
    )


class ServerRefused(RuntimeError):
    """The server will never take this message; its code says why."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file to hand out in a room."""

    name: str
    media_type: str
    content: bytes


class Account:
    """One account on one server, signed in."""

    def __init__(self, homeserver: str, user: str, password: str, folder: Folder) -> None:
        self._password = password
        self._folder = folder
        self._session = folder.session()
        if self._session is not None and self._session.user_id != user:
            raise OtherAccount
        self._keys = asyncio.Lock()
        self.since = ""  # the mark after which the last answer tells what is new; "": all
        self.nio: Any = nio.AsyncClient(
            homeserver,
            user,
            device_id=self._session.device_id if self._session else "",
            store_path=str(folder.path),
        )
        self.nio.add_response_callback(_rationed, nio.ErrorResponse)

    @property
    def session(self) -> Session:
        """Who we are on the server, once signed in."""
        assert self._session is not None
        return self._session

    @property
    def me(self) -> str:
        return self.session.user_id

    @property
    def n_rooms(self) -> int:
        return len(self.nio.rooms)

    async def sign_in(self) -> None:
        """Take up the device of the last time, or sign in as a new one."""
        kept = self._session
        if kept is None:
            await self._log_in()
        else:
            self.nio.restore_login(kept.user_id, kept.device_id, kept.access_token)
        self._folder.shut_keys()

    async def next(self, *, first: bool, wait: float = LONG_POLL) -> Any:
        """What is new since the last time; the first answer holds every room's state as well."""
        self.since = self.session.read_up_to if first else self.nio.next_batch
        waits = growing()
        while True:
            asked = self.nio.sync(
                timeout=0 if first else int(wait * 1000),
                sync_filter=_FILTER,
                since=self.since or None,
                full_state=first or None,
            )
            try:
                answer = await asyncio.wait_for(asked, FIRST_SYNC if first else None)
            except TimeoutError:
                log.warning("the first answer of the server did not come in %s s", FIRST_SYNC)
                continue
            if isinstance(answer, nio.SyncResponse):
                return answer
            if answer.status_code == _EXPIRED:
                log.warning("the server closed our session: signing in again")
                await self._log_in()
                continue
            await _sleep(next(waits), "sync", answer)

    async def tend_keys(self) -> None:
        """What encryption needs between two answers: keys published, asked for, handed on."""
        async with self._keys:
            if self.nio.should_upload_keys:
                await self.nio.keys_upload()
            if self.nio.should_query_keys:
                await self.nio.keys_query()
            if self.nio.should_claim_keys:
                await self.nio.keys_claim(self.nio.get_users_for_key_claiming())
            await self.nio.send_to_device_messages()

    def keep_read(self, read_up_to: str) -> None:
        """All before this mark is kept elsewhere: the next start asks for what follows it."""
        if read_up_to != self.session.read_up_to:
            self._session = replace(self.session, read_up_to=read_up_to)
            self._folder.keep(self.session)

    async def missed(self, room_id: str, before: str, after: str) -> list[Any]:
        """A room's events between two marks, oldest first: those an answer had no place for."""
        found: list[Any] = []
        while before and len(found) < MOST_MISSED:
            page = await self.nio.room_messages(room_id, before, end=after or None, limit=TIMELINE)
            if not isinstance(page, nio.RoomMessagesResponse):
                log.warning("earlier messages of %s cannot be read", room_id)
                break
            found.extend(page.chunk)
            before = page.end if page.chunk else ""
        return found[::-1]

    def members(self, room_id: str) -> list[str]:
        """Who is in a room or invited to it, we left out; empty for a room that is not ours."""
        room = self.nio.rooms.get(room_id)
        return [user for user in room.users if user != self.me] if room else []

    def encrypted(self, room_id: str) -> bool:
        """Whether a room's messages are read by its members alone, and not by servers."""
        room = self.nio.rooms.get(room_id)
        return bool(room and room.encrypted)

    def decrypted(self, event: Any) -> Any | None:
        """The event in clear, now that its key may have come; None as long as it has not."""
        try:
            return self.nio.decrypt_event(event)
        except nio.EncryptionError:
            return None

    async def join(self, room_id: str) -> None:
        answer = await self.nio.join(room_id)
        if not isinstance(answer, nio.JoinResponse):
            log.warning("room %s cannot be joined: %s", room_id, answer.status_code)

    async def leave(self, room_id: str) -> None:
        """Leave a room, or refuse its invitation."""
        await self.nio.room_leave(room_id)
        self.nio.rooms.pop(room_id, None)

    async def post(
        self, place: str, texts: Sequence[str], files: Sequence[SentFile], key: str
    ) -> str:
        """Write in a conversation; the name of the last text's event.

        `key` names this message for ever: sent again after a crash, the server recognises it and
        shows it once. `Unreachable` if its person has left, or is not alone with us any more;
        `ServerRefused` if it never will pass.
        """
        room_id = room_of(place)
        if not is_between(place, self.members(room_id)):
            raise Unreachable
        for rank, file in enumerate(files):
            await self._put(room_id, await self._uploaded(room_id, file), f"{key} file {rank}")
        event_id = ""
        for rank, text in enumerate(texts):
            event_id = await self._put(room_id, text_content(text), f"{key} text {rank}")
        return event_id

    async def close(self) -> None:
        await self.nio.close()
        if self.nio.store:
            self.nio.store.database.close()

    async def _log_in(self) -> None:
        waits = growing()
        while True:
            answer = await self.nio.login(self._password, device_name=DEVICE_NAME)
            if isinstance(answer, nio.LoginResponse):
                break
            if _status(answer) < 500:
                raise _refusal(answer)
            await _sleep(next(waits), "login", answer)
        known = self._session or Session(
            answer.user_id, answer.device_id, "", started_at_ms=int(time.time() * 1000)
        )
        self._session = replace(known, access_token=answer.access_token, device_id=answer.device_id)
        self._folder.keep(self.session)

    async def _put(self, room_id: str, content: dict[str, Any], key: str) -> str:
        waits = growing()
        while True:
            if self.nio.should_query_keys:
                await self.tend_keys()
            # Devices are trusted when first seen: nobody compares keys with a questionnaire, and
            # a person's new telephone must be able to read its next question.
            answer = await self.nio.room_send(
                room_id,
                "m.room.message",
                content,
                tx_id=hashlib.sha256(key.encode()).hexdigest(),
                ignore_unverified_devices=True,
            )
            if isinstance(answer, nio.RoomSendResponse):
                return str(answer.event_id)
            await _sleep(_next_wait(waits, answer), "message", answer)

    async def _uploaded(self, room_id: str, file: SentFile) -> dict[str, Any]:
        """Put a file on the server, encrypted where the room is; what a message says of it."""
        secret = self.encrypted(room_id)
        waits = growing()
        while True:
            answer, key = await self.nio.upload(
                io.BytesIO(file.content),
                content_type=file.media_type,
                filename=None if secret else file.name,
                encrypt=secret,
                filesize=len(file.content),
            )
            if isinstance(answer, nio.UploadResponse):
                break
            await _sleep(_next_wait(waits, answer), "file", answer)
        uri = answer.content_uri
        where = {"file": {"url": uri, **key}} if secret else {"url": uri}
        return file_content(file.name, file.media_type, len(file.content), where)


def _next_wait(waits: Iterator[float], answer: Any) -> float:
    """How long to wait after an answer that is no success; an exception if waiting is no use."""
    if answer.status_code in _GONE:
        raise Unreachable
    if _status(answer) >= 500 or answer.status_code == _EXPIRED:
        return next(waits)
    raise ServerRefused(answer.status_code)


def _refusal(answer: Any) -> Refused:
    if answer.status_code in ("M_FORBIDDEN", "M_USER_DEACTIVATED"):
        return WrongPassword()
    return NotAHomeserver(detail=answer.status_code or f"HTTP\u00a0{_status(answer)}")


def _status(answer: Any) -> int:
    carried = answer.transport_response
    return carried.status if carried is not None else 500


async def _rationed(answer: Any) -> None:
    """Told by the library before it waits: an operator may have our limit lifted."""
    log.warning("the server rations us: %s, %s ms", answer.status_code, answer.retry_after_ms)


async def _sleep(seconds: float, what: str, answer: Any) -> None:
    """Wait after a failure that may pass; the code alone is logged, words may name people."""
    log.warning(
        "%s: %s (HTTP %s), again in %s s", what, answer.status_code, _status(answer), seconds
    )
    await asyncio.sleep(seconds)
