"""What a messenger must give. Telegram, Tchap, the terminal: one file each, held to this contract.

A channel only carries: it turns what its messenger delivers into `Heard`, and a `Say` into one of
its messages. It keeps no state, decides nothing, and words nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.vocabulary.scope import Channel
from bot.prompts import Asked
from bot.stopping import is_order


class Thing(StrEnum):
    """What came in. All but the first two are answered by a kind sentence."""

    TEXT = "text"
    BUTTON = "button"
    STICKER = "sticker"
    VOICE = "voice"
    PHOTO = "photo"
    FILE = "file"
    CONTACT = "contact"
    PLACE = "place"
    OTHER = "other"
    UNREADABLE = "unreadable"  # encrypted, and its key did not reach us: to be sent again
    GROUP = "group"  # the conversation is not between two: refused politely
    BLOCKED = "blocked"  # the person shut the door: nothing is sent here any more


@dataclass(frozen=True, slots=True)
class Button:
    """A ready reply; pressing it sends `reply` as if typed in answer to its own message."""

    label: str
    reply: str


@dataclass(frozen=True, slots=True)
class Say:
    """One message of the dialogue. `asked`: it waits for an answer; buttons may be ignored.

    `card`: the report card to hand out with it, where the channel may (`results_allowed`).
    """

    text: str
    buttons: tuple[Button, ...] = ()
    asked: Asked | None = None
    card: UUID | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in. `source` names the update for ever ("tg:<update id>"): a repeat is known by it.

    `external_id`: the conversation; `message_id`: the person's own message, by which an edit names
    it; `reply_to`: our message whose button was pressed, or that this one replies to; `number`: its
    own, where the messenger numbers a conversation, and names our messages by the same numbers.
    """

    text: str
    source: str
    external_id: str
    message_id: str | None = None
    reply_to: str | None = None
    thing: Thing = Thing.TEXT
    edited: bool = False
    number: int | None = None


def words_of(thing: Thing, caption: str) -> tuple[str, Thing]:
    """What counts of a thing and of what is written under it: its name, and none of the words.

    Words that say "stop" are such words wherever they are written.
    """
    return (caption, Thing.TEXT) if is_order(caption) else ("", thing)


class Unreachable(Exception):
    """The person blocked us, left, or deleted the conversation: nothing can be said there."""


class Messenger(Protocol):
    """One messenger: every conversation that it carries."""

    @property
    def channel(self) -> Channel:
        """The name under which answers are kept."""

    @property
    def confidential_allowed(self) -> bool:
        """Whether cybersecurity may be asked here: never on a messenger that others read."""

    @property
    def results_allowed(self) -> bool:
        """Whether a report card may be handed out here: never on a messenger that others read."""

    @property
    def writes_first(self) -> bool:
        """Whether invitations and reminders may be sent here by the outbox: it has a carrier."""

    @property
    def longest(self) -> int:
        """Characters that one message holds."""

    def send(self, external_id: str, say: Say) -> str:
        """Deliver one message; the name the messenger gives it. `Unreachable` when it cannot."""
