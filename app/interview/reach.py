"""What an authority can reach in a questionnaire: its questions, the ends of its score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.interview.conditions import Condition, Profile, holds
from app.interview.patterns import Way, explore, ways_of
from app.interview.questionnaire import Question, Questionnaire
from app.interview.scoring import best


@dataclass(frozen=True, slots=True)
class ScoreRange:
    """The ends of a score, from 0 to 100, over every complete set of answers that has one."""

    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Orphan:
    """A condition that can never hold; `why` is for whoever writes the questionnaire."""

    question: Question
    condition: Condition
    why: str


def reachable(questionnaire: Questionnaire, profile: Profile) -> tuple[Question, ...]:
    """The questions that some answers lead this profile to, in the order of asking."""
    nothing: frozenset[str] = frozenset()
    codes = explore(
        questionnaire,
        profile,
        nothing,
        asked=lambda met, question, way: met | {question.code},  # noqa: ARG005
        merged=lambda one, other: one | other,
    )
    return tuple(q for q in questionnaire.questions if q.code in codes)


_Sums: TypeAlias = Mapping[float, tuple[float, float]]
"""Points possible → the fewest and the most points obtained. Between two beginnings with the
same points possible, the one ahead stays ahead whatever follows: the ends are exact."""


def score_range(questionnaire: Questionnaire, profile: Profile) -> ScoreRange | None:
    """The ends of the score when all that is asked is answered; None when nothing counts.

    Blanks are left out: they are in neither sum, so one good answer alone would make a hundred.
    """
    start: _Sums = {0.0: (0.0, 0.0)}
    sums = explore(questionnaire, profile, start, _obtained, _either)
    counted = {possible: ends for possible, ends in sums.items() if possible}
    if not counted:
        return None
    return ScoreRange(
        min(100 * low / possible for possible, (low, _) in counted.items()),
        max(100 * high / possible for possible, (_, high) in counted.items()),
    )


def _obtained(sums: _Sums, question: Question, way: Way) -> _Sums:
    if way.answer is None:
        return {}
    worth = [points for points in way.worth if points is not None]
    uncounted: _Sums = sums if None in way.worth else {}
    if not worth:
        return uncounted
    more, fewest, most = best(question), min(worth), max(worth)
    moved = {p + more: (low + fewest, high + most) for p, (low, high) in sums.items()}
    return _either(uncounted, moved)


def _either(one: _Sums, other: _Sums) -> _Sums:
    both = dict(one)
    for possible, (low, high) in other.items():
        known = both.get(possible, (low, high))
        both[possible] = min(known[0], low), max(known[1], high)
    return both


def orphans(questionnaire: Questionnaire, profile: Profile) -> tuple[Orphan, ...]:
    """The conditions that look for what this profile can never have answered.

    A question that says nothing of the territory follows the one it waits for: it is an orphan
    only if no answer at all suits it. One that names this territory must be able to reach it.
    """
    known = {question.code: question for question in questionnaire.questions}
    met = {question.code for question in reachable(questionnaire, profile)}
    found = []
    for question in questionnaire.questions:
        named = _names(question, profile)
        for condition in question.conditions:
            if condition.question is None:
                continue
            on = known.get(condition.question)
            if on is None or not _may_hold(questionnaire, on, condition):
                found.append(Orphan(question, condition, "aucune réponse ne la remplit"))
            elif named and on.code not in met and condition.operand is not False:
                found.append(Orphan(question, condition, "sa question n’est jamais posée ici"))
    return tuple(found)


def _may_hold(questionnaire: Questionnaire, on: Question, condition: Condition) -> bool:
    if condition.operand is False:  # "answered: false" holds on a blank
        return True
    ways = ways_of(questionnaire, on)
    given = [{on.code: way.answer} for way in ways if way.answer is not None]
    return any(holds(condition, Profile("", None), answers) for answers in given)


def _names(question: Question, profile: Profile) -> bool:
    """Whether the question says that it is for this territory."""
    own = [condition for condition in question.conditions if condition.question is None]
    return bool(own) and all(holds(condition, profile, {}) for condition in own)
