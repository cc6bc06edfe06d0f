"""A mail server that does to each mailbox, once, what mail servers do. Not a test."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from enum import StrEnum
from typing import Any

import pytest

from tests.sink import Received, Sink


class Mood(StrEnum):
    """What happens at a mailbox's first try."""

    TAKES = "250"
    TAKES_AND_HANGS_UP = "takes the mail, and hangs up before it says so"
    HANGS_UP = "hangs up on the mail without having taken it"
    CLOSES = "421 before the mail"
    CLOSES_LATE = "421 after the mail"
    LATER = "450 for this mailbox"
    LATER_TEXT = "451 after the mail"
    SLOW = "takes it, after a while"
    NOBODY = "550, at every try"


M = Mood
# By the last two digits of the mailbox's number; all others are taken at once.
MOODS: Mapping[int, Mood] = dict(enumerate([mood for mood in M if mood is not M.TAKES], start=1))
CYCLE = 20
SLOW_SECONDS = 0.3

_AT_RECIPIENT = {M.CLOSES: "421 4.3.2 closing", M.LATER: "450 4.2.0 later"}
_AT_TEXT = {M.CLOSES_LATE: "421 4.3.2 closing", M.LATER_TEXT: "451 4.3.0 later"}


def mood_for(mailbox: str) -> Mood:
    """What awaits boite-21@drill.invalid: the same as boite-1 and boite-41."""
    number = int(mailbox.split("@")[0].removeprefix("boite-"))
    return MOODS.get(number % CYCLE, M.TAKES)


@dataclass
class Moody:
    """The sink, in its moods. Its mails count as received even if it never said so."""

    sink: Sink
    n_asked: Counter[str] = field(default_factory=Counter)  # by mailbox
    n_texts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def made_of(cls, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Moody:
        """From now on this sink is moody."""
        moody = cls(sink)
        sink.reply = moody.recipient
        monkeypatch.setattr(sink, "handle_DATA", moody.text)
        return moody

    def recipient(self, mailbox: str) -> str | None:
        self.n_asked[mailbox] += 1
        mood = mood_for(mailbox)
        if mood is M.NOBODY:
            return "550 5.1.1 no such user"
        return _AT_RECIPIENT.get(mood) if self.n_asked[mailbox] == 1 else None

    async def text(self, server: Any, _session: Any, envelope: Any) -> str:
        (mailbox,) = envelope.rcpt_tos
        self.n_texts[mailbox] += 1
        mood = mood_for(mailbox) if self.n_texts[mailbox] == 1 else M.TAKES
        if mood in _AT_TEXT:
            return _AT_TEXT[mood]
        if mood is M.SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        if mood is not M.HANGS_UP:
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.sink.received.append(Received(envelope.mail_from, [mailbox], message))
        if mood in (M.HANGS_UP, M.TAKES_AND_HANGS_UP):
            server.transport.abort()
        return "250 2.0.0 OK"
