"""Carries the outbox's messages into Tchap's rooms, from within the process that has the keys.

Encrypting for a room needs the account's keys, and two processes on the same keys would spoil
them. So the worker leaves this lane alone, and the bot drains it with its open session. It looks
at the rows every few seconds rather than being told: one indexed question, and nothing to miss.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Protocol

from app.house import House
from app.messages.carriers import LONGEST_CARRY, Outcome, OutcomeKind, Parcel
from app.messages.drain import drain
from app.messages.smtp import RemoteServerRefused
from app.messages.waiting import waiting_lanes
from app.now import now
from app.vocabulary.scope import Channel
from bot.channels.channel import Unreachable
from bot.channels.matrix_client import SentFile, ServerRefused
from bot.channels.matrix_wire import LONGEST, parts

log = logging.getLogger(__name__)

LANE: str = Channel.MATRIX
PATIENCE = LONGEST_CARRY - 30.0
"""Seconds for one message, a server that rations us included."""


class Post(Protocol):
    """Writes in a conversation; the name of the event. Called from any thread."""

    def __call__(
        self,
        place: str,
        texts: Sequence[str],
        files: Sequence[SentFile],
        key: str,
        *,
        timeout: float | None = None,
    ) -> str: ...


@dataclass(frozen=True, slots=True)
class MatrixCarrier:
    """The outbox's way into rooms: a session that is open already."""

    post: Post
    on_this_machine: bool

    def connect(self) -> MatrixConnection:
        return MatrixConnection(self.post)


@dataclass(frozen=True, slots=True)
class MatrixConnection:
    """Nothing to open nor to close: the bot's session outlives a drain."""

    post: Post

    def carry(self, parcel: Parcel) -> Outcome:
        """Write a parcel in its room, once: a further try has the name of the first."""
        files = [SentFile(one.name, one.media_type, one.content) for one in parcel.attachments]
        key = f"message {parcel.message_id}"
        try:
            self.post(parcel.recipient, parts(parcel.text, LONGEST), files, key, timeout=PATIENCE)
        except Unreachable:
            return Outcome(OutcomeKind.BOUNCED, "left", "La personne a quitté la conversation.")
        except ServerRefused as error:
            return Outcome(OutcomeKind.REFUSED, str(error), f"Tchap refuse ce message ({error}).")
        except (TimeoutError, CancelledError):
            # Rationed or away: neither is this message's fault, and nothing can be shown twice.
            return Outcome(OutcomeKind.DOWN, "timeout", "Tchap ne répond pas à temps.")
        return Outcome(OutcomeKind.SENT, "200")

    def close(self) -> None:
        """The session is the bot's."""


def drain_rooms(house: House, carrier: MatrixCarrier, stopping: Callable[[], bool]) -> None:
    """Send what is due in rooms, if anything is."""
    with house.db.reading() as session:
        if LANE not in waiting_lanes(session, now=now()):
            return
    carriers = {LANE: carrier}
    try:
        drain(house.db, carriers, house.letterhead, LANE, now=now, stopping=stopping)
    except RemoteServerRefused:
        log.warning("a simulated campaign’s messages are left: this server is not on this machine")
