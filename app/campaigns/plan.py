"""What the clock should send, as values. Pure: no database, no settings, no time of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.campaigns.reminders import Silent, due, may_be_reminded


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder: to one mailbox, of all that one earlier message asked and that is silent."""

    address_id: int
    wave_id: int
    occasion: str
    case_ids: tuple[int, ...]
    link_id: UUID | None


def due_reminders(silents: Iterable[Silent], *, now: datetime) -> list[PlannedReminder]:
    """The reminders due, one a mailbox and earlier message.

    An occasion names a case and how many reminders were planned of it: themes that went different
    ways (handed over, taken back) never take each other's. Two clocks that plan at once find the
    same occasions, and the second finds them taken.
    """
    ready = [silent for silent in silents if due(silent, now=now)]
    return _grouped(
        ready, lambda it: f"{it.occasion}:reminder-{it.n_planned + 1}:case-{it.case_id}"
    )


def asked_reminders(silents: Iterable[Silent], *, request: str) -> list[PlannedReminder]:
    """The reminders that staff ask for: whoever may be reminded, due or not."""
    ready = [silent for silent in silents if may_be_reminded(silent)]
    return _grouped(ready, lambda first: f"{first.occasion}:{request}")


def _grouped(silents: list[Silent], occasion: Callable[[Silent], str]) -> list[PlannedReminder]:
    groups: dict[tuple[int, int, str, UUID | None], list[Silent]] = defaultdict(list)
    for silent in silents:
        key = (silent.wave_id, silent.address_id, silent.occasion, silent.link_id)
        groups[key].append(silent)
    return [
        PlannedReminder(
            address_id=group[0].address_id,
            wave_id=group[0].wave_id,
            occasion=occasion(min(group, key=lambda one: (one.n_planned, one.case_id))),
            case_ids=tuple(sorted(one.case_id for one in group)),
            link_id=group[0].link_id,
        )
        for _, group in sorted(groups.items(), key=lambda item: item[0][:3])
    ]
