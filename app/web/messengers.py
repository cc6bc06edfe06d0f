"""Which messengers this installation answers on, from its settings. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings import Settings
from app.vocabulary.messengers import MESSENGER_NAMES
from app.vocabulary.scope import Channel


@dataclass(frozen=True, slots=True)
class MessengerOn:
    """One messenger, and where our side of a conversation is found on it.

    `address`: the bot's name without @ on Telegram, its Matrix id on Tchap, the address of the
    demo's window.
    """

    channel: Channel
    address: str

    @property
    def name(self) -> str:
        """As people call it."""
        return MESSENGER_NAMES[self.channel]


def messengers_of(settings: Settings) -> tuple[MessengerOn, ...]:
    """The messengers that are configured: none, unless somebody did."""
    found = []
    if settings.telegram_token and settings.telegram_bot:
        found.append(MessengerOn(Channel.TELEGRAM, settings.telegram_bot.lstrip("@")))
    if settings.matrix_homeserver and settings.matrix_user:
        found.append(MessengerOn(Channel.MATRIX, settings.matrix_user))
    if settings.demo_chat_url:
        found.append(MessengerOn(Channel.TERMINAL, settings.demo_chat_url))
    return tuple(found)
