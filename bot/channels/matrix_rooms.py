"""What an answer of the server says of each room: whom to join, whom to hear, where to leave."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import nio  # type: ignore[import-untyped]

from bot.channels.channel import Heard, Thing
from bot.channels.matrix_client import LONG_POLL, Account
from bot.channels.matrix_place import place_of, place_of_all
from bot.channels.matrix_wire import EVENT, allowed, heard_in

log = logging.getLogger(__name__)

GRACE = 10.0  # seconds that a message waits for the key it was encrypted with
START = "/start"
_OUR_MESSAGES = ("m.room.message", "m.room.encrypted")
PRIVATE = ("invite", "restricted", "knock", "private", None)


@dataclass(frozen=True, slots=True)
class Unread:
    """An encrypted message whose key has not come yet."""

    room_id: str
    event: Any
    after: str | None  # our message that it follows
    until: float  # on the monotonic clock


class Rooms:
    """Reads answers in order. Keeps nothing but the messages whose key is still awaited, and the
    last of our own in each room: the room's order says better than two clocks what a text answers.
    """

    def __init__(self, account: Account, domains: Collection[str]) -> None:
        self._account = account
        self._domains = domains
        self.unread: dict[str, Unread] = {}
        self._ours: dict[str, str] = {}

    @property
    def patience(self) -> float:
        """How long the next answer may be waited for, in seconds."""
        return 1.0 if self.unread else LONG_POLL

    async def heard_in(self, new: Any) -> list[Heard]:
        """What people said; rooms joined and left on the way."""
        for room_id in new.rooms.invite:
            await self._invited(room_id)
        heard = self._read_at_last()
        for room_id, told in new.rooms.join.items():
            heard.extend(await self._joined(room_id, told))
        for room_id, told in new.rooms.leave.items():
            heard.extend(_shut(room_id, told.timeline.events, self._account.me))
        return heard

    async def _invited(self, room_id: str) -> None:
        """Join a private room when somebody of an allowed server asks; else refuse, silently."""
        room = self._account.nio.invited_rooms[room_id]
        inviter = room.inviter or ""
        if room.join_rule in PRIVATE and allowed(inviter, self._domains):
            await self._account.join(room_id)
        else:
            log.info("invitation to %s refused", room_id)
            await self._account.leave(room_id)

    async def _joined(self, room_id: str, told: Any) -> list[Heard]:
        events: list[Any] = list(told.timeline.events)
        members = self._account.members(room_id)
        if not all(allowed(one, self._domains) for one in members):
            log.info("room %s left: a member is of another server", room_id)
            await self._account.leave(room_id)
            return []
        if len(members) > 1:
            # Named after the room: told once, whoever joins and however often it is seen.
            place = place_of_all(room_id)
            return [Heard("", f"{EVENT}group {room_id}", place, thing=Thing.GROUP)]
        if not members:
            return _shut(room_id, events, self._account.me)
        if told.timeline.limited and self._account.since:
            events = await self._earlier(room_id, told) + events
        return list(self._said(room_id, members[0], events))

    async def _earlier(self, room_id: str, told: Any) -> list[Any]:
        """What an answer had no place for, after a long silence of ours."""
        mark = told.timeline.prev_batch or ""
        return await self._account.missed(room_id, mark, self._account.since)

    def _said(self, room_id: str, member: str, events: Sequence[Any]) -> Iterator[Heard]:
        """What was said to us: since we joined, and since this account began to listen.

        Our joining is a first word: the `member` who is there with us hears what to do.
        """
        me, since = self._account.me, self._account.session.started_at_ms
        joined = max((rank for rank, one in enumerate(events) if _joins(one, me)), default=-1)
        if joined >= 0 and events[joined].server_timestamp >= since:
            yield Heard(START, EVENT + events[joined].event_id, place_of(room_id, member))
        for event in events[joined + 1 :]:
            # An event too malformed to have a sender has nothing to say either.
            sender = getattr(event, "sender", None)
            if sender is None or event.server_timestamp < since:
                continue
            after = self._ours.get(room_id)
            if sender == me:
                if event.source.get("type") in _OUR_MESSAGES:
                    self._ours[room_id] = event.event_id
            elif isinstance(event, nio.MegolmEvent):
                until = time.monotonic() + GRACE
                self.unread[event.event_id] = Unread(room_id, event, after, until)
            elif (heard := heard_in(event.source, room_id, after=after)) is not None:
                yield heard

    def _read_at_last(self) -> list[Heard]:
        """Messages whose key came after them; and those whose key did not come in time."""
        found = []
        for event_id, one in list(self.unread.items()):
            event = self._account.decrypted(one.event)
            if event is None and time.monotonic() < one.until:
                continue
            del self.unread[event_id]
            source = getattr(event or one.event, "source", {})
            heard = heard_in(source, one.room_id, after=one.after)
            if heard is not None:
                found.append(heard)
        return found


def _joins(event: Any, me: str) -> bool:
    """Whether this is our coming into the room; a new name or picture is told the same way."""
    return (
        isinstance(event, nio.RoomMemberEvent)
        and event.state_key == me
        and event.membership == "join"
        and event.prev_membership != "join"
    )


def _shut(room_id: str, events: Sequence[Any], me: str) -> list[Heard]:
    """That the person left the room, or put us out of it; leaving by ourselves shuts nothing."""
    return [
        Heard("", EVENT + one.event_id, place_of(room_id, _other(one, me)), thing=Thing.BLOCKED)
        for one in events
        if isinstance(one, nio.RoomMemberEvent)
        and one.membership in ("leave", "ban")
        and not one.sender == one.state_key == me
    ][-1:]


def _other(event: Any, me: str) -> str:
    """Who left; who put us out, where it is we who did."""
    return str(event.sender if event.state_key == me else event.state_key)
