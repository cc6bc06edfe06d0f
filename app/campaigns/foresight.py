"""What will leave, and when, if nobody answers meanwhile. Pure.

It asks the functions that the clock asks, at each moment at which something falls due. So what
it says of a day is what the clock does that day, less what people did in between.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    person: frozenset[int] = frozenset()  # their addresses, if several: one cap whatever the way

    def gets(self, address: int) -> bool:
        """Whether what comes there counts for whoever gets this one."""
        return address == self.address_id or address in self.person


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


def in_turn(announced: Iterable[Announced], rules: Rules) -> list[Sending]:
    """Those that leave in time, each counting what its person gets by the ones before."""
    told: dict[int, list[datetime]] = defaultdict(list)
    kept = []
    for one in announced:
        ways = one.person or (one.address_id,)
        also = tuple(at for address in ways for at in told.get(address, ()))
        left = leaving(replace(one, written=(*one.written, *also)) if also else one, rules)
        if in_time(left, rules):
            told[one.address_id].append(left.leaves_at)
            kept.append(left)
    return kept


def foreseen(
    silents: Sequence[Silent],
    announced: Sequence[Announced],
    rules: Mapping[int, Rules],
    *,
    now: datetime,
    until: datetime,
) -> Iterator[Sending]:
    """What would leave until then, in order for each person."""
    person = _together([*(it.addresses for it in silents), *(it.person for it in announced)])
    known: dict[int, tuple[list[Silent], list[Announced]]] = defaultdict(lambda: ([], []))
    for silent in silents:
        known[person.get(silent.address_id, silent.address_id)][0].append(silent)
    for one in announced:
        known[person.get(one.address_id, one.address_id)][1].append(one)
    for somebody in sorted(known):
        yield from _of_person(*known[somebody], rules, now, until)


def _together(people: Iterable[frozenset[int]]) -> dict[int, int]:
    """Of each address that somebody joins to others, in one step or several, one for them all."""
    above: dict[int, int] = {}

    def top(address: int) -> int:
        while above.setdefault(address, address) != address:
            address = above[address]
        return address

    for addresses in filter(None, people):
        first, *others = sorted({top(address) for address in addresses})
        above.update(dict.fromkeys(others, first))
    return {address: top(address) for address in above}


def _of_person(
    waiting: Sequence[Silent],
    announced: Sequence[Announced],
    rules: Mapping[int, Rules],
    now: datetime,
    until: datetime,
) -> Iterator[Sending]:
    coming = sorted(announced, key=lambda one: (one.at, one.occasion))
    waiting = _alike(waiting)
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
            asks = [_once_asked(it, one, left.leaves_at) for it in one.asks]
            waiting = _alike([*waiting, *asks])
        else:
            sent = due_reminders(waiting, rules, now=at)
        yield from (one for one in sent if one.leaves_at < rules[one.wave_id].ends_at)
        waiting = _afterwards(waiting, sent)
        coming = [replace(one, written=(*one.written, *_moments(sent, one))) for one in coming]


def _once_asked(silent: Silent, one: Announced, at: datetime) -> Silent:
    """The silence that this invitation leaves, and what its person got until then."""
    written = Counter(silent.written) | Counter(one.written)
    return replace(once_invited(silent, at), written=tuple(sorted(written.elements())))


def _moments(sent: Sequence[Sending], who: Silent | Announced) -> tuple[datetime, ...]:
    """When they got these, of those that count for them."""
    return tuple(one.leaves_at for one in sent if who.gets(one.address_id))


def _alike(silents: Sequence[Silent]) -> list[Silent]:
    """The same, each knowing all that was written to whoever is at its address."""
    written: dict[int, Counter[datetime]] = defaultdict(Counter)
    for silent in silents:
        written[silent.address_id] |= Counter(silent.written)
    known = {address: tuple(sorted(all_.elements())) for address, all_ in written.items()}
    return [replace(silent, written=known[silent.address_id]) for silent in silents]


def _next_moment(
    silents: Sequence[Silent], rules: Mapping[int, Rules], now: datetime
) -> datetime | None:
    found = (next_reminder(silent, rules[silent.wave_id], now=now) for silent in silents)
    return min((one.at for one in found if one is not None), default=None)


def _afterwards(silents: Sequence[Silent], sent: Sequence[Sending]) -> list[Silent]:
    """The same once these have left: each counts for whoever is behind its address."""
    return [_once_sent(silent, sent) for silent in silents]


def _once_sent(silent: Silent, sent: Sequence[Sending]) -> Silent:
    moments = _moments(sent, silent)
    for one in sent:
        if one.step and silent.case_id in one.case_ids and silent.gets(one.address_id):
            return once_written_to(silent, moments, reminded_at=one.leaves_at, step_id=one.step.id)
    return once_written_to(silent, moments, reminded_at=None)
