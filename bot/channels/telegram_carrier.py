"""Carries the outbox's messages into Telegram's chats, from the worker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.ext import ExtBot

from app.messages.carriers import LONGEST_CARRY, Outcome, OutcomeKind, Parcel
from app.settings import Settings, is_loopback
from bot.channels.channel import Button, Say, Unreachable
from bot.channels.telegram_api import OUTBOX_A_SECOND, bot_of, call, keep_quiet
from bot.channels.telegram_wire import payloads_of

PATIENCE = LONGEST_CARRY - 30.0
"""Seconds for one message, whatever its length and however slow the server."""

QUESTIONS = ("invitation", "reminder")
"""Steps that may go this way, for they only ask: a receipt, a card or a result never leaves."""

ANSWERS = (Button("Répondre", "reprendre"), Button("Pas maintenant", "pas maintenant"))


@dataclass(frozen=True, slots=True)
class TelegramCarrier:
    """The outbox's way into chats: an account of its own pace, opened for each drain."""

    settings: Settings

    @classmethod
    def of(cls, settings: Settings) -> TelegramCarrier | None:
        """The carrier that these settings give; None where there is no account."""
        return cls(settings) if settings.telegram_token else None

    @property
    def on_this_machine(self) -> bool:
        return is_loopback(urlsplit(self.settings.telegram_api).hostname or "")

    def connect(self) -> TelegramConnection:
        keep_quiet()
        return TelegramConnection(bot_of(self.settings, a_second=OUTBOX_A_SECOND, max_retries=0))


@dataclass(frozen=True, slots=True)
class TelegramConnection:
    """An account and an event loop of its own; used by one thread, as a drain is."""

    bot: ExtBot[Any]
    loop: asyncio.Runner = field(default_factory=asyncio.Runner)

    def carry(self, parcel: Parcel) -> Outcome:
        """Write a parcel in its chat.

        Told to wait, the whole account is: it waits in the outbox with all of its lane, not here.
        """
        if parcel.step not in QUESTIONS or parcel.attachments:
            return Outcome(
                OutcomeKind.REFUSED, "never here", "Ce message ne part jamais par Telegram."
            )
        try:
            self.loop.run(asyncio.wait_for(self._post(parcel), PATIENCE))
        except Unreachable:
            return Outcome(OutcomeKind.BOUNCED, "403", "La personne a fermé la conversation.")
        except RetryAfter as error:
            return Outcome(
                OutcomeKind.DOWN, "429", "Telegram demande d’attendre.", _asked_by(error)
            )
        except BadRequest:
            return Outcome(OutcomeKind.REFUSED, "400", "Telegram refuse ce message.")
        except (TelegramError, TimeoutError) as error:
            return Outcome(OutcomeKind.DOWN, type(error).__name__, "Telegram ne répond pas.")
        return Outcome(OutcomeKind.SENT, "200")

    def close(self) -> None:
        with self.loop:
            # Not the bot's own way, which closes nothing before one more call introduced it.
            self.loop.run(self.bot.request.shutdown())

    async def _post(self, parcel: Parcel) -> None:
        for payload in payloads_of(parcel.recipient, Say(parcel.text, ANSWERS)):
            await call(self.bot, "sendMessage", payload)


def _asked_by(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait; the library gives seconds, and will give a length of time."""
    asked = error.retry_after
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
