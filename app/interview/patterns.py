"""Every way through a questionnaire, without trying every answer.

A path depends on answers only through conditions. So answers that no condition tells apart are
one `Way`, and two beginnings that later conditions cannot tell apart are one state. Walking the
states question by question is exact, and stays small as long as few questions are waited for
at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from math import ceil
from typing import TypeAlias, TypeVar

from app.interview.conditions import Condition, Profile, holds
from app.interview.kinds import registry
from app.interview.questionnaire import Question, Questionnaire
from app.interview.scoring import points
from app.interview.values import Value

T = TypeVar("T")

_State: TypeAlias = tuple[tuple[str, Value], ...]
"""The counted answers that a later condition looks at, in the order of asking."""

_Sum: TypeAlias = tuple[frozenset[str], int]
"""Of several choices: those that a condition looks for, and the sum of their points."""

_NOWHERE = Profile("", None)  # conditions on an answer do not look at the territory


@dataclass(frozen=True, slots=True)
class Way:
    """Answers that no condition tells apart. `answer` is one of them, None for a blank.

    `worth` holds all the points that they may obtain; None among them for an answer that does
    not count.
    """

    answer: Value | None
    worth: frozenset[float | None]


def explore(
    questionnaire: Questionnaire,
    profile: Profile,
    start: T,
    asked: Callable[[T, Question, Way], T],
    merged: Callable[[T, T], T],
) -> T:
    """What `asked` makes of `start` along every path, brought together by `merged`.

    `merged` must give what is true of both beginnings taken as one: their future is the same.
    """
    looked_at = _last_looks(questionnaire)
    table: dict[_State, T] = {(): start}
    for place, question in enumerate(questionnaire.questions):
        ways = ways_of(questionnaire, question)
        after: dict[_State, T] = {}
        for state, known in table.items():
            if question.asked_when(profile, dict(state)):
                moves = [(_with(state, question, w), asked(known, question, w)) for w in ways]
            else:
                moves = [(state, known)]
            for reached, told in moves:
                kept = tuple(pair for pair in reached if looked_at.get(pair[0], -1) > place)
                after[kept] = merged(after[kept], told) if kept in after else told
        table = after
    return reduce(merged, table.values())


def _with(state: _State, question: Question, way: Way) -> _State:
    return state if way.answer is None else (*state, (question.code, way.answer))


def _last_looks(questionnaire: Questionnaire) -> dict[str, int]:
    """The rank of the last question that looks at each answer."""
    return {
        condition.question: place
        for place, question in enumerate(questionnaire.questions)
        for condition in question.conditions
        if condition.question is not None
    }


def ways_of(questionnaire: Questionnaire, question: Question) -> tuple[Way, ...]:
    """The ways to answer a question: a blank first, then the answers by what they lead to."""
    looks = [
        condition
        for later in questionnaire.questions
        for condition in later.conditions
        if condition.question == question.code
    ]
    groups: dict[tuple[bool, ...], tuple[Value, set[float | None]]] = {}
    for value in telling_answers(question, looks):
        leads_to = tuple(holds(look, _NOWHERE, {question.code: value}) for look in looks)
        groups.setdefault(leads_to, (value, set()))[1].add(points(question, value))
    answers = (Way(value, frozenset(worth)) for value, worth in groups.values())
    return (Way(None, frozenset({None})), *answers)


def telling_answers(question: Question, looks: list[Condition]) -> Iterator[Value]:
    """Answers it accepts: at least one for each outcome of those conditions and each worth."""
    for value in (*_ordinary(question, looks), *question.specials):
        if registry.check(question, value) is None:
            yield value


def _ordinary(question: Question, looks: list[Condition]) -> Iterator[Value]:
    if question.kind == "multiple":
        yield from _combinations(question, looks)
    elif question.choices:
        yield from (choice.code for choice in question.choices)
    elif question.kind == "text":
        yield "texte"
    else:
        yield from _numbers(question, looks)


def _combinations(question: Question, looks: list[Condition]) -> Iterator[Value]:
    """One set of choices for each sum of points and each set of choices that is looked at."""
    named: set[str] = set()
    for look in looks:
        named |= {*look.operand} if isinstance(look.operand, tuple) else {str(look.operand)}
    sets: dict[_Sum, tuple[str, ...]] = {}
    for choice in question.choices:
        alone = (frozenset({choice.code} & named), choice.points or 0)
        if choice.exclusive:
            yield (choice.code,)
            continue
        longer = {_plus(one, alone): (*codes, choice.code) for one, codes in sets.items()}
        sets = {alone: (choice.code,)} | longer | sets
    yield from sets.values()


def _plus(one: _Sum, other: _Sum) -> _Sum:
    return one[0] | other[0], one[1] + other[1]


def _numbers(question: Question, looks: list[Condition]) -> Iterator[Value]:
    """The bounds, and both sides of every value where a condition or the worth changes."""
    bounds = [look.operand for look in looks if not isinstance(look.operand, bool | str | tuple)]
    turns = sorted({*bounds, *(threshold.at_least for threshold in question.thresholds)})
    low = 0 if question.minimum is None else question.minimum
    high = question.maximum
    if high is None:
        high = 100 if question.kind == "percentage" else ceil(max([low, *turns])) + 1
    if question.kind == "integer":
        yield from sorted({low, high, *(ceil(t) for t in turns), *(ceil(t) - 1 for t in turns)})
        return
    marks = sorted({low, high, *turns})
    yield from marks
    yield from ((before + after) / 2 for before, after in pairwise(marks))
