"""What becomes of one entry: pure, decided while the response is locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from app.interview.values import Json


class Fate(Enum):
    """What to do with an entry; the first two write nothing."""

    UNCHANGED = "unchanged"
    REPEATED = "repeated"  # the same thing, sent again under the same source
    COUNTED = "counted"
    LOST = "lost"  # kept as an event, told as a conflict
    LOST_AGAIN = "lost_again"  # a conflict already kept: told again, not written again


@dataclass(frozen=True, slots=True)
class Earlier:
    """An event already written under the entry's source, for the same question."""

    value: Json
    counted: bool
    event: int


@dataclass(frozen=True, slots=True)
class Stands:
    """What the response holds now: nothing yet (event None), or a value (None once cleared)."""

    value: Json
    event: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What one person sends for one question. Values are as stored.

    `seen` is the event they were looking at, `seen_value` its value. `stated`: they said it in so
    many words (a chat turn, a conflict settled), unlike a page sent whole where the untouched
    fields only repeat what was shown.
    """

    value: Json
    seen: int | None
    seen_value: Json
    stated: bool


def fate(offer: Offer, stands: Stands, earlier: Sequence[Earlier]) -> Fate:
    """Decide for one question. The order of the rules is the rule."""
    if stands.event is None:  # nothing to lose to, even if something else was seen before
        return Fate.UNCHANGED if offer.value is None else Fate.COUNTED
    for before in earlier:
        if before.value == offer.value:
            if before.counted or stands.value == offer.value:
                return Fate.REPEATED
            return Fate.LOST_AGAIN
    if offer.value == stands.value:
        return Fate.UNCHANGED
    if not offer.stated and offer.value == offer.seen_value:
        return Fate.UNCHANGED
    if earlier:
        return Fate.LOST  # one source, two values: a conflict with oneself
    return Fate.COUNTED if offer.seen == stands.event else Fate.LOST
