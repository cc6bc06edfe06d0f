"""When a silent case is due a reminder. Pure: the wave's rules, and what is known of each case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from app.campaigns.steps import APART, MOST, Rules, Step
from app.messages.behind import PATIENCE
from app.vocabulary.dispositions import DISPOSITIONS, D
from app.vocabulary.message_life import free_from
from app.vocabulary.scope import Channel
from app.vocabulary.wave_steps import StepKind

ASKED_APART = timedelta(days=1)
"""Staff may ask for a reminder sooner than the calendar; never for two at once, by two clicks."""


@dataclass(frozen=True, slots=True)
class Silent:
    """One case, as one of its mailboxes or chats knows it."""

    case_id: int
    wave_id: int
    address_id: int  # the chat that they chose, else their mailbox
    disposition: str
    occasion: str  # of the message that asked: a batch, or a delegation
    link_id: UUID | None  # the delegate's own link
    invited_at: datetime
    reminders: tuple[int, ...]  # the step of each, in order; 0: of none, staff asked for it
    n_planned: int  # those and the cancelled ones: none has ever the number of another
    last_reminded_at: datetime | None  # or a reminder was planned, and cancelled
    written: tuple[datetime, ...] = ()  # when they got what nobody asked for, in the last month
    person: frozenset[int] = frozenset()  # their addresses, if several: one cap whatever the way
    departement: str = ""  # whose hours the authority keeps
    channel: str = Channel.EMAIL
    mailbox_id: int | None = None  # of a chat: where one writes once it has stayed silent
    told_at: datetime | None = None  # first told in the chat, and not heard since
    begun_at: datetime | None = None  # when the first answer came to what that message asked

    @property
    def addresses(self) -> frozenset[int]:
        """Where a message counts for them, if it is not only where they are written to of this."""
        if self.person or self.mailbox_id is None:
            return self.person
        return frozenset({self.address_id, self.mailbox_id})

    def gets(self, address: int) -> bool:
        """Whether what comes there counts for them."""
        return address == self.address_id or address in self.addresses

    @property
    def n_reminders(self) -> int:
        return len(self.reminders)


@dataclass(frozen=True, slots=True)
class Due:
    """The next reminder of a case: when it may leave, and which step it is."""

    at: datetime
    step: Step


def next_reminder(silent: Silent, rules: Rules, *, now: datetime) -> Due | None:
    """The next reminder from now on, if nothing happens meanwhile; None: none is left.

    The steps are taken in the order in which they fall for this case: invited late, it may meet
    the last call before its second reminder, which then is none. A step that speaks to others is
    passed over.
    """
    if not may_be_reminded(silent):
        return None
    begun_at = silent.begun_at
    return _next_due(
        rules,
        silent.departement,
        silent.invited_at,
        begun_at if begun_at is not None and rules.minds_audience else None,
        silent.reminders,
        silent.last_reminded_at,
        silent.written,
        now,
    )


# Whole départements are invited at one moment: what holds for one case holds for hundreds.
@lru_cache(maxsize=4096)
def _next_due(
    rules: Rules,
    departement: str,
    invited_at: datetime,
    begun_at: datetime | None,
    reminders: tuple[int, ...],
    last_reminded_at: datetime | None,
    written: tuple[datetime, ...],
    now: datetime,
) -> Due | None:
    found = _next_step(_as_met(rules, departement, invited_at, begun_at), reminders)
    if found is None:
        return None
    at, step = found.falls_at, found.step
    if last_reminded_at is not None:
        at = max(at, last_reminded_at + APART)
    at = rules.opened(free_from(max(at, now), written), [departement])
    return Due(at, step) if at < rules.ends_at else None


@dataclass(frozen=True, slots=True)
class _Met:
    """A step as one case meets it; `theirs`: it speaks to them."""

    falls_at: datetime
    step: Step
    theirs: bool


def _as_met(
    rules: Rules, departement: str, invited_at: datetime, begun_at: datetime | None
) -> list[_Met]:
    """The steps in the order in which they fall for this case."""
    moments = [
        (step.falls_at(invited_at, rules.ends_at, departement), rank, step)
        for rank, step in enumerate(rules.reminders)
    ]
    return [
        _Met(at, step, step.speaks_to(begun_at, at))
        for at, _, step in sorted(moments, key=lambda one: one[:2])
        if at > invited_at
    ]


def _next_step(met: Sequence[_Met], reminders: Sequence[int]) -> _Met | None:
    """The first step of theirs after all that were taken; nothing follows a last call.

    A case never goes back: what fell before a step that it took is past, whomever it spoke to. A
    reminder of no step, that staff asked for, stands for the next one of theirs.
    """
    ranks = {one.step.id: rank for rank, one in enumerate(met) if one.step.id}
    last = -1
    for step_id in reminders:
        last = max(last, ranks[step_id]) if step_id in ranks else _after(met, last)
        if last == len(met) or met[last].step.kind is StepKind.LAST_CALL:
            return None
    following = _after(met, last)
    return met[following] if following < len(met) else None


def _after(met: Sequence[_Met], last: int) -> int:
    """The rank of the next step of theirs; the length when there is none."""
    return next((rank for rank in range(last + 1, len(met)) if met[rank].theirs), len(met))


def due(silent: Silent, rules: Rules, *, now: datetime) -> Step | None:
    """The step by which the clock may remind this mailbox of this case now, if any."""
    found = next_reminder(silent, rules, now=now)
    return found.step if found is not None and found.at <= now else None


def may_be_reminded(silent: Silent) -> bool:
    """Whether anybody, staff included, may remind this mailbox of this case one day."""
    return DISPOSITIONS[D(silent.disposition)].may_be_reminded and silent.n_reminders < MOST


def may_be_written_to(silent: Silent, *, now: datetime) -> bool:
    """Whether staff may remind it now: it is silent, rested, and its mailbox has room."""
    last = silent.last_reminded_at
    rested = last is None or now - last >= ASKED_APART
    return may_be_reminded(silent) and rested and free_from(now, silent.written) <= now


def where(silent: Silent, *, now: datetime) -> Silent:
    """The same, at the address where one writes now: a chat that stays silent gives way to mail."""
    if silent.mailbox_id is None or silent.told_at is None or silent.told_at > now - PATIENCE:
        return silent
    return replace(silent, address_id=silent.mailbox_id, channel=Channel.EMAIL, mailbox_id=None)


def once_invited(silent: Silent, at: datetime) -> Silent:
    """The silence that an invitation leaves behind."""
    return replace(silent, invited_at=at, told_at=None if silent.channel == Channel.EMAIL else at)


def once_written_to(
    silent: Silent,
    moments: tuple[datetime, ...],
    *,
    reminded_at: datetime | None,
    step_id: int = 0,
) -> Silent:
    """The same, after messages to its mailbox at these moments; one reminded it, or none."""
    written = (*silent.written, *moments)
    if reminded_at is None:
        return replace(silent, written=written)
    in_chat = silent.channel != Channel.EMAIL
    return replace(
        silent,
        written=written,
        reminders=(*silent.reminders, step_id),
        n_planned=silent.n_planned + 1,
        last_reminded_at=reminded_at,
        told_at=(silent.told_at or reminded_at) if in_chat else silent.told_at,
    )
