"""What is known of a message when it is about to leave. Plain values, read in `reading.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A live link of the message's mailbox."""

    id: UUID
    purpose: str
    key_id: int
    themes: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TerritoryFacts:
    """The authority as a letter names it."""

    id: int
    name: str
    sort_name: str
    kind: str
    departement: str
    departement_code: str = ""  # whose hours it keeps


@dataclass(frozen=True, slots=True)
class SenderFacts:
    """Who signs a prenotice with us."""

    name: str
    reply_to: str
    words: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One theme asked of one authority, as it stands now."""

    id: int
    theme: str
    disposition: str
    territory: TerritoryFacts
    contact_stopped: bool  # or the contact is gone, or its mailbox is never to be written to
    wanted_here: bool  # False: the person wants this by mail again, not in the chat
    origin: str  # where the mailbox comes from, for this authority
    delegated: bool
    link: LinkFacts | None  # by which this mailbox may answer for the authority
    stop_link: LinkFacts | None
    several_link: LinkFacts | None  # to all the authorities of this mailbox, if it has several
    chat_link: LinkFacts | None = None  # ties a chat to `link`, once; None: the letter has no line
    n_left: int | None = None  # questions left of what was begun; None: not counted
    due_on: date | None = None  # by when their authority wants it of them, in a reminder


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """The mailbox."""

    id: int
    value: str
    state: str
    suppressed: bool
    written_to_before: bool
    n_recent: int  # what nobody asked for, in the last thirty days, those now leaving included
    n_this_week: int = 0  # of these


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """The wave, at its effective end."""

    id: int
    label: str
    simulated: bool
    paused: bool
    ends_at: datetime
    minutes: dict[str, int]  # by theme
    office_hours: bool = False  # whether messages wait until their authorities are open


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed message with all that judging and writing it needs."""

    id: UUID
    step: str
    channel: str
    template_id: int
    tries: int
    details: dict[str, Any]
    last_reason: str | None
    address: AddressFacts
    wave: WaveFacts
    cases: tuple[CaseFacts, ...]  # by authority's sort name, then theme's official order
    link: LinkFacts | None  # the message's own: a delegation, a card
    link_revoked: bool
    given_by: str  # the name of who handed the theme over, if known: read now, kept nowhere
    pdf: bytes | None
    signed_by: SenderFacts | None = None  # beside us
