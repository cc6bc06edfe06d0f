"""What a channel must do to carry a message, and what may come of it.

`scheduler/worker.py` puts one carrier a channel in a dictionary; nothing here names any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

# Seconds that carrying one parcel may take, however slow the server: past it, its lease could end
# in the middle and another worker send the same mail.
LONGEST_CARRY = 150.0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    media_type: str  # "application/pdf"
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message claimed and written, ready to be carried once."""

    message_id: UUID
    tries: int  # this try's number: what a late record is recognised by
    channel: str
    step: str
    recipient: str
    address_id: int
    case_ids: tuple[int, ...]
    simulated: bool
    carry_before: float  # on this process's monotonic clock: past it, another may have claimed it
    written_at: datetime
    sender_name: str
    sender_address: str
    reply_to: str  # where people read what is answered
    subject: str
    text: str
    html: str
    kept_subject: str
    kept_text: str  # as sent, links and names as placeholders: what staff may read later
    stop_url: str
    attachments: tuple[Attachment, ...] = ()
    envelope_sender: str = ""  # where its bounces go; "": the sender's own address


class OutcomeKind(StrEnum):
    """What came of carrying a parcel."""

    SENT = "sent"
    BOUNCED = "bounced"  # the mailbox does not exist, the chat was shut: nobody writes to it again
    REFUSED = "refused"  # this message will never pass, whatever the mailbox
    DEFERRED = "deferred"  # later, says the server about this one
    UNCONFIRMED = "unconfirmed"  # it left, and the server fell silent: taken, perhaps
    DOWN = "down"  # no server to speak to: nothing is this message's fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome, the server's code (never its words: they hold addresses), and why, in French.

    `rest`: how long a server that is `DOWN` asks to be left in peace; zero where it does not say.
    """

    kind: OutcomeKind
    detail: str
    reason: str = ""
    rest: timedelta = timedelta(0)


class Connection(Protocol):
    """One open way to a server, for the time of one drain."""

    def carry(self, parcel: Parcel) -> Outcome:
        """Carry one parcel within `LONGEST_CARRY`; a failure is an outcome, not an exception."""
        ...

    def close(self) -> None: ...


class Carrier(Protocol):
    """A channel. It keeps nothing open: each drain connects for itself."""

    @property
    def on_this_machine(self) -> bool:
        """Whether nothing carried can leave this machine: a simulated campaign asks for it."""
        ...

    def connect(self) -> Connection: ...


Carriers = Mapping[str, Carrier]
