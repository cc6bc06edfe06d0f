"""When the letters of a calendar come together in piles. Pure: what is known of each authority.

The clock and the dry run ask the same: the clock of now, the dry run of each moment to come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from app.campaigns.steps import LETTERS_APART, Rules, Step
from app.vocabulary.wave_steps import StepKind

LATE_APART = timedelta(days=7)
"""Addresses are completed one by one: those that missed a pile of their place wait a week for the
next, rather than making a pile of one letter each."""


@dataclass(frozen=True, slots=True)
class Reader:
    """An authority that may get a letter, once it was invited."""

    territory_id: int
    departement: str  # whose hours it keeps, and whose pile its letter joins
    invited_at: datetime
    begun_at: datetime | None
    last_letter_at: datetime | None  # of any wave, asked for by staff or not


@dataclass(frozen=True, slots=True)
class Pile:
    """The letters of one step to one place, in the order of the readers."""

    wave_id: int
    step: Step
    departement: str
    at: datetime
    territory_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    territory_id: int
    at: datetime
    until: datetime  # the day of its next letter, or the end


def piles_to_make(
    wave_id: int,
    rules: Rules,
    readers: Sequence[Reader],
    made: Collection[tuple[int, int]],
    last_made: Mapping[tuple[int, str], datetime],
    *,
    now: datetime,
    until: datetime,
) -> Iterator[Pile]:
    """The piles to make from now until then, step by step.

    `made`: the step and the authority of each letter that a pile holds already, taken out of it or
    not. `last_made`: when the last pile of a step was made for a place.
    """
    last_letters = {one.territory_id: one.last_letter_at for one in readers}
    for step in rules.of_kind(StepKind.LETTER):
        for place, waiting in _waiting(step, rules, readers, made, last_letters).items():
            last_at = last_made.get((step.id, place))
            for at, ids in _piles(waiting, rules, place, last_at, now=now, until=until):
                last_letters.update(dict.fromkeys(ids, at))
                yield Pile(wave_id, step, place, at, ids)


def _waiting(
    step: Step,
    rules: Rules,
    readers: Sequence[Reader],
    made: Collection[tuple[int, int]],
    last_letters: Mapping[int, datetime | None],
) -> dict[str, list[_Waiting]]:
    """Who waits for this step's letter, by place."""
    found: dict[str, list[_Waiting]] = defaultdict(list)
    for one in readers:
        window = _window(step, rules, one)
        if window is None or (step.id, one.territory_id) in made:
            continue
        at, until = window
        last = last_letters[one.territory_id]
        if last is not None and last + LETTERS_APART > at:
            at = rules.opened(last + LETTERS_APART, [one.departement])
        if at < until:
            found[one.departement].append(_Waiting(one.territory_id, at, until))
    return found


def _window(step: Step, rules: Rules, one: Reader) -> tuple[datetime, datetime] | None:
    """From when this step's letter is due to them, until the next one's day or the end."""
    moments = [
        (at, each)
        for each in rules.of_kind(StepKind.LETTER)
        if (at := rules.due_at(each, one.invited_at, one.begun_at, one.departement))
    ]
    moments.sort(key=lambda moment: moment[0])
    for (at, each), (until, _) in pairwise([*moments, (rules.ends_at, step)]):
        if each == step:
            return at, until
    return None


def _piles(
    waiting: Sequence[_Waiting],
    rules: Rules,
    place: str,
    last_at: datetime | None,
    *,
    now: datetime,
    until: datetime,
) -> Iterator[tuple[datetime, tuple[int, ...]]]:
    """The piles of a step for a place: whoever waits joins the first that is made."""
    left = list(waiting)
    while left:
        first = min(_no_sooner(one, last_at) for one in left)
        at = rules.opened(max(first, now), [place])
        if at > until:
            return
        pile = tuple(one.territory_id for one in left if one.at <= at < one.until)
        left = [one for one in left if one.at > at]
        if pile:
            yield at, pile
            last_at = at


def _no_sooner(one: _Waiting, last_at: datetime | None) -> datetime:
    """When a pile may be made for this letter alone."""
    return one.at if last_at is None or one.at > last_at else last_at + LATE_APART
