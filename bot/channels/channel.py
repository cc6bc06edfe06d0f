"""What a messenger must give. Telegram and Tchap will be one file each, beside the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.vocabulary.scope import Channel
from bot.prompts import Asked


@dataclass(frozen=True, slots=True)
class Button:
    """A ready reply; pressing it sends `reply` as if typed in answer to its own message."""

    label: str
    reply: str


@dataclass(frozen=True, slots=True)
class Say:
    """One message of the dialogue. `asked`: it waits for an answer; buttons may be ignored."""

    text: str
    buttons: tuple[Button, ...] = ()
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in. `source` names the update for ever ("tg:<update id>"): a repeat is known by it.

    `button_of`: the message whose button was pressed, None for typed text.
    """

    text: str
    source: str
    button_of: str | None = None


class Messenger(Protocol):
    """One conversation on one messenger."""

    @property
    def channel(self) -> Channel:
        """The name under which answers are kept."""

    @property
    def external_id(self) -> str:
        """How the messenger calls this conversation."""

    @property
    def confidential_allowed(self) -> bool:
        """Whether cybersecurity may be asked here: never on a messenger that others read."""

    def send(self, say: Say) -> str:
        """Deliver one message; the name the messenger gives it."""
