"""What will leave, and when, if nobody answers meanwhile. Pure.

It asks the functions that the clock asks, at each moment at which something falls due. So what
it says of a day is what the clock does that day, less what people did in between.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.campaigns.plan import Sending, due_reminders
from app.campaigns.reminders import Silent, next_reminder, once_invited, once_written_to
from app.campaigns.steps import Rules
from app.vocabulary.message_life import free_from


@dataclass(frozen=True, slots=True)
class Announced:
    """A prenotice or an invitation of a batch, to one mailbox or chat.

    `asks`: what it asks, as the silence that it will leave; none for a prenotice.
    """

    wave_id: int
    message_step: str
    address_id: int
    channel: str
    occasion: str
    at: datetime  # when the batch falls due
    departements: tuple[str, ...]
    written: tuple[datetime, ...]
    case_ids: tuple[int, ...]
    asks: tuple[Silent, ...] = ()
    signed_by: int | None = None
    asked_at: datetime | None = None


def leaving(one: Announced, rules: Rules) -> Sending:
    """The message, at the first moment at which its mailbox has room and its authorities open."""
    return Sending(
        wave_id=one.wave_id,
        message_step=one.message_step,
        address_id=one.address_id,
        channel=one.channel,
        occasion=one.occasion,
        case_ids=one.case_ids,
        leaves_at=rules.opened(free_from(one.at, one.written), one.departements),
        signed_by=one.signed_by,
        asked_at=one.asked_at,
    )


def in_time(one: Sending, rules: Rules) -> bool:
    """Whether it leaves before the wave ends, and a prenotice before what it announces.

    A mailbox may have had all that it can take in a month: then the invitation alone comes.
    """
    return one.leaves_at < min(rules.ends_at, one.asked_at or rules.ends_at)


def foreseen(
    silents: Sequence[Silent],
    announced: Sequence[Announced],
    rules: Mapping[int, Rules],
    *,
    now: datetime,
    until: datetime,
) -> Iterator[Sending]:
    """What would leave until then, in order for each mailbox."""
    known: dict[int, tuple[list[Silent], list[Announced]]] = defaultdict(lambda: ([], []))
    for silent in silents:
        known[silent.address_id][0].append(silent)
    for one in announced:
        known[one.address_id][1].append(one)
    for address in sorted(known):
        yield from _of_mailbox(*known[address], rules, now, until)


def _of_mailbox(
    waiting: Sequence[Silent],
    announced: Sequence[Announced],
    rules: Mapping[int, Rules],
    now: datetime,
    until: datetime,
) -> Iterator[Sending]:
    coming = sorted(announced, key=lambda one: (one.at, one.occasion))
    waiting = _alike(waiting, ())
    while True:
        reminder_at = _next_moment(waiting, rules, now)
        batch_at = max(coming[0].at, now) if coming else None
        at = min((one for one in (reminder_at, batch_at) if one is not None), default=None)
        if at is None or at > until:
            return
        now = at
        if at == batch_at:
            one = coming.pop(0)
            left = leaving(replace(one, at=at), rules[one.wave_id])
            sent = [left] if in_time(left, rules[one.wave_id]) else []
            asks = [once_invited(it, left.leaves_at) for it in one.asks]
            waiting = _alike([*waiting, *asks], one.written)
        else:
            sent = due_reminders(waiting, rules, now=at)
        yield from (one for one in sent if one.leaves_at < rules[one.wave_id].ends_at)
        waiting = _afterwards(waiting, sent)
        coming = [
            replace(one, written=(*one.written, *(it.leaves_at for it in sent))) for one in coming
        ]


def _alike(silents: Sequence[Silent], also: Sequence[datetime]) -> list[Silent]:
    """The same, each knowing all that was written to the mailbox."""
    written: Counter[datetime] = Counter(also)
    for silent in silents:
        written |= Counter(silent.written)
    return [replace(silent, written=tuple(sorted(written.elements()))) for silent in silents]


def _next_moment(
    silents: Sequence[Silent], rules: Mapping[int, Rules], now: datetime
) -> datetime | None:
    found = (next_reminder(silent, rules[silent.wave_id], now=now) for silent in silents)
    return min((one.at for one in found if one is not None), default=None)


def _afterwards(silents: Sequence[Silent], sent: Sequence[Sending]) -> list[Silent]:
    """The same once these have left: each counts for whoever is behind the mailbox."""
    told = {case: one for one in sent for case in one.case_ids if one.step is not None}
    moments = tuple(one.leaves_at for one in sent)
    return [_once_sent(silent, moments, told.get(silent.case_id)) for silent in silents]


def _once_sent(silent: Silent, moments: tuple[datetime, ...], told: Sending | None) -> Silent:
    reminded_at = None if told is None else told.leaves_at
    step_id = told.step.id if told is not None and told.step is not None else 0
    return once_written_to(silent, moments, reminded_at=reminded_at, step_id=step_id)
