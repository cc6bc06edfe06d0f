"""A person on Tchap, with an ordinary client."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nio  # type: ignore[import-untyped]
from nio.crypto.attachments import decrypt_attachment  # type: ignore[import-untyped]

from tests.synapse import Synapse

PATIENCE = 60.0  # seconds for an answer, on a machine that does much else
_ENCRYPTED = [{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]


@dataclass
class Message:
    """One message of a room as this person read it."""

    event_id: str
    sender: str
    body: str
    content: dict[str, Any]
    encrypted: bool


@dataclass
class Person:
    """Somebody with an account; `read` is all they read in their rooms, their own words too."""

    nio: Any
    me: str
    read: list[Message] = field(default_factory=list)
    n_taken: int = 0

    async def invite(self, *guests: str, encrypted: bool = True) -> str:
        """A private room for themselves and their guests."""
        answer = await self.nio.room_create(
            invite=list(guests),
            is_direct=True,
            preset=nio.RoomPreset.trusted_private_chat,
            initial_state=_ENCRYPTED if encrypted else [],
        )
        room_id = str(answer.room_id)
        while room_id not in self.nio.rooms:
            await self.sync()
        return room_id

    async def sync(self, wait: float = 1.0) -> None:
        """Read what is new, as a client does in its window."""
        answer = await self.nio.sync(timeout=int(wait * 1000), full_state=not self.nio.next_batch)
        for told in answer.rooms.join.values():
            self.read.extend(map(_message, told.timeline.events))
        if self.nio.should_upload_keys:
            await self.nio.keys_upload()
        if self.nio.should_query_keys:
            await self.nio.keys_query()
        if self.nio.should_claim_keys:
            await self.nio.keys_claim(self.nio.get_users_for_key_claiming())
        await self.nio.send_to_device_messages()

    async def joined_by(self, room_id: str, other: str) -> None:
        """Wait until the other one is in."""
        await self.waits_for(
            lambda: (
                other in self.nio.rooms[room_id].users
                and not self.nio.rooms[room_id].users[other].invited
            )
        )

    async def left_by(self, room_id: str, other: str) -> None:
        """Wait until the other one is out, or refused to come."""
        await self.waits_for(lambda: other not in self.nio.rooms[room_id].users)

    async def says(self, room_id: str, text: str, **more: Any) -> str:
        """Write; the name of the event."""
        return await self.sends(
            room_id, "m.room.message", {"msgtype": "m.text", "body": text, **more}
        )

    async def sends(self, room_id: str, kind: str, content: dict[str, Any]) -> str:
        answer = await self.nio.room_send(room_id, kind, content, ignore_unverified_devices=True)
        assert isinstance(answer, nio.RoomSendResponse), answer
        return str(answer.event_id)

    async def presses(self, room_id: str, key: str, under: str) -> str:
        """React to a message."""
        relation = {"rel_type": "m.annotation", "event_id": under, "key": key}
        return await self.sends(room_id, "m.reaction", {"m.relates_to": relation})

    async def corrects(self, room_id: str, event_id: str, text: str) -> str:
        """Edit a message."""
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        more = {"m.new_content": new, "m.relates_to": relation}
        return await self.says(room_id, f"* {text}", **more)

    async def downloads(self, uri: str) -> bytes:
        """A file as the server keeps it."""
        return bytes((await self.nio.download(uri)).body)

    async def opens(self, message: Message) -> bytes:
        """A file of an encrypted room, in clear."""
        file = message.content["file"]
        sealed = await self.downloads(file["url"])
        return bytes(
            decrypt_attachment(sealed, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
        )

    async def hears(self, n: int = 1) -> list[Message]:
        """The next messages of others, in order."""
        await self.waits_for(lambda: len(self.others()) >= self.n_taken + n)
        taken = self.others()[self.n_taken : self.n_taken + n]
        self.n_taken += n
        return taken

    async def hears_until(self, words: str) -> Message:
        """Read on until a message that holds these words."""
        while True:
            one = (await self.hears())[0]
            if words in one.body:
                return one

    async def hears_nothing(self, seconds: float = 2.0) -> None:
        """Nobody writes for so long."""
        before = time.monotonic()
        while time.monotonic() < before + seconds:
            await self.sync(0.5)
        assert self.others()[self.n_taken :] == []

    def others(self) -> list[Message]:
        """What others wrote."""
        return [one for one in self.read if one.sender != self.me and one.content.get("msgtype")]

    async def waits_for(self, true: Callable[[], bool]) -> None:
        """Read on until something is so."""
        give_up_at = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < give_up_at, [one.body for one in self.read]
            await self.sync()


@asynccontextmanager
async def person(server: Synapse, folder: Path, name: str) -> AsyncIterator[Person]:
    """Somebody who just opened their client."""
    user, password = server.register(name)
    keys = folder / name
    keys.mkdir(exist_ok=True)
    client = nio.AsyncClient(server.url, user, store_path=str(keys))
    try:
        answer = await client.login(password)
        assert isinstance(answer, nio.LoginResponse), answer
        who = Person(client, user)
        await who.sync()
        yield who
    finally:
        await client.close()
        if client.store:
            client.store.database.close()


def _message(event: Any) -> Message:
    source = getattr(event, "source", {})
    content = source.get("content", {})
    return Message(
        getattr(event, "event_id", ""),
        getattr(event, "sender", ""),
        str(content.get("body", "")),
        content,
        bool(getattr(event, "decrypted", False)),
    )
