"""When a question is asked: a table of operators on earlier answers and on the territory.

A condition holds only on an answer that was given: `is_not` is false while its question is
unanswered or out of reach, so that nothing is asked before its reason is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.interview.values import Answers, Special, Value
from app.vocabulary.territory_kinds import TerritoryKind

TERRITORY_KINDS = tuple(kind.value for kind in TerritoryKind)

Operand: TypeAlias = bool | str | int | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What conditions may know of the authority that answers.

    `kind` is a `TerritoryKind`'s value. `population` counts inhabitants: 0 is real, None is
    unknown, and an unknown size is treated as the smallest, as strata do.
    """

    kind: str
    population: int | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One reason to ask. `question` is an earlier question's code, or None for the territory."""

    operator: str
    operand: Operand
    question: str | None = None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value


def _at_least(value: Value, operand: Operand) -> bool:
    given, bound = _number(value), _number(operand)
    return given is not None and bound is not None and given >= bound


def _less_than(value: Value, operand: Operand) -> bool:
    given, bound = _number(value), _number(operand)
    return given is not None and bound is not None and given < bound


def _plain(value: Value) -> Value:
    """Special answers are named by their code in conditions."""
    return value.value if isinstance(value, Special) else value


def _any_of(value: Value, operand: Operand) -> bool:
    return isinstance(operand, tuple) and _plain(value) in operand


def _includes(value: Value, operand: Operand) -> bool:
    return isinstance(value, tuple) and operand in value


def _includes_any(value: Value, operand: Operand) -> bool:
    return isinstance(value, tuple) and isinstance(operand, tuple) and bool({*value} & {*operand})


ON_ANSWER: Mapping[str, Callable[[Value, Operand], bool]] = {
    "is": lambda value, operand: _plain(value) == operand,
    "is_not": lambda value, operand: _plain(value) != operand,
    "any_of": _any_of,
    "includes": _includes,
    "includes_any": _includes_any,
    "at_least": _at_least,
    "less_than": _less_than,
}

ANSWERED = "answered"
"""True when given, false when not: the one operator that also speaks of an absent answer."""

ANSWER_OPERATORS = (*ON_ANSWER, ANSWERED)

ON_PROFILE: Mapping[str, Callable[[Profile, Operand], bool]] = {
    "kinds": lambda profile, operand: isinstance(operand, tuple) and profile.kind in operand,
    "population_at_least": lambda profile, operand: _at_least(profile.population or 0, operand),
    "population_less_than": lambda profile, operand: _less_than(profile.population or 0, operand),
}


def holds(condition: Condition, profile: Profile, counted: Answers) -> bool:
    """Whether one condition holds, given the answers counted before its question."""
    if condition.question is None:
        return ON_PROFILE[condition.operator](profile, condition.operand)
    value = counted.get(condition.question)
    if condition.operator == ANSWERED:
        return (value is not None) is condition.operand
    return value is not None and ON_ANSWER[condition.operator](value, condition.operand)
