"""What the clock should send now, as values. Pure: no database, no time of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.campaigns.reminders import Silent, due, may_be_written_to, where
from app.campaigns.steps import Rules, Step
from app.vocabulary.message_life import free_from

REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Sending:
    """One message to one mailbox or chat, in an outbox's terms, and when it may leave."""

    wave_id: int
    message_step: str  # prenotice, invitation, reminder
    address_id: int
    channel: str
    occasion: str
    case_ids: tuple[int, ...]
    leaves_at: datetime
    link_id: UUID | None = None
    step: Step | None = None  # of the calendar; None: an invitation, or staff asked for it
    signed_by: int | None = None  # the sender of a prenotice, if it is not us
    asked_at: datetime | None = None  # when what a prenotice announces will be asked
    departement: str = ""  # whose hours are kept
    experiment_id: int | None = None


def due_reminders(
    silents: Iterable[Silent], rules: Mapping[int, Rules], *, now: datetime
) -> list[Sending]:
    """The reminders due, one a mailbox and earlier message, as far as the mailbox has room.

    An occasion names a case and how many reminders were planned of it: themes that went different
    ways (handed over, taken back) never take each other's. Two clocks that plan at once find the
    same occasions, and the second finds them taken.
    """
    placed = (where(silent, now=now) for silent in silents)  # most are not due: none is kept
    ready = [
        (silent, step)
        for silent in placed
        if (step := due(silent, rules[silent.wave_id], now=now)) is not None
    ]
    planned = _grouped(
        ready,
        rules,
        lambda it: f"{it.occasion}:reminder-{it.n_planned + 1}:case-{it.case_id}",
        now,
    )
    return _with_room(planned, ready, now)


def asked_reminders(
    silents: Iterable[Silent], rules: Mapping[int, Rules], *, request: str, now: datetime
) -> list[Sending]:
    """The reminders that staff ask for: whoever may be reminded, due or not."""
    placed = [where(silent, now=now) for silent in silents]
    ready = [(silent, None) for silent in placed if may_be_written_to(silent, now=now)]
    planned = _grouped(ready, rules, lambda first: f"{first.occasion}:{request}", now)
    return _with_room(planned, ready, now)


def _grouped(
    ready: Sequence[tuple[Silent, Step | None]],
    rules: Mapping[int, Rules],
    occasion: Callable[[Silent], str],
    now: datetime,
) -> list[Sending]:
    groups: dict[tuple[int, int, str, UUID | None, bool], list[tuple[Silent, Step | None]]] = (
        defaultdict(list)
    )
    for silent, step in ready:
        # A step for those who began speaks of nobody else, and the other way round.
        apart = step is not None and rules[silent.wave_id].minds_audience
        begun = apart and silent.begun_at is not None
        key = (silent.wave_id, silent.address_id, silent.occasion, silent.link_id, begun)
        groups[key].append((silent, step))
    return [
        _planned(group, rules[key[0]], occasion, now)
        for key, group in sorted(groups.items(), key=lambda item: item[0][:3])
    ]


def _planned(
    group: Sequence[tuple[Silent, Step | None]],
    rules: Rules,
    occasion: Callable[[Silent], str],
    now: datetime,
) -> Sending:
    """One message of these cases; of two steps that fall together, it is the later one's."""
    silents = [silent for silent, _ in group]
    steps = [step for _, step in group if step is not None]
    first = min(silents, key=lambda one: (one.n_planned, one.case_id))
    return Sending(
        wave_id=first.wave_id,
        message_step=REMINDER,
        address_id=first.address_id,
        channel=first.channel,
        occasion=occasion(first),
        case_ids=tuple(sorted(one.case_id for one in silents)),
        leaves_at=rules.opened(now, [one.departement for one in silents]),
        link_id=first.link_id,
        departement=first.departement,
        step=max(steps, key=rules.steps.index) if steps else None,
    )


def _with_room(
    planned: Sequence[Sending], ready: Sequence[tuple[Silent, Step | None]], now: datetime
) -> list[Sending]:
    """Those that each person still has room for, counting the ones before; the rest waits.

    Somebody may be written to about one authority in a chat, and about another by mail.
    """
    written: dict[int, Counter[datetime]] = defaultdict(Counter)
    counts_for: dict[int, set[int]] = defaultdict(set)
    for silent, _ in ready:
        written[silent.address_id] |= Counter(silent.written)
        for address in silent.addresses:  # none where there is but one
            counts_for[address].add(silent.address_id)
    kept = []
    for one in planned:
        if free_from(now, written[one.address_id].elements()) <= now:
            for address in counts_for.get(one.address_id, {one.address_id}):
                written[address][one.leaves_at] += 1
            kept.append(one)
    return kept
