"""Our conditions and bounds as XLSForm expressions, each in one form that reading recognises.

Parentheses carry meaning for the reader (`xpath_conditions`, `xpath_constraints`): `(${a} = 'x')`
is a list of one answer, `${a} = 'x'` that answer; a bound between parentheses is the default of
its kind, not one that the author wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from app.interview.conditions import ANSWERED, Condition, Operand
from app.interview.kinds.text import MAX_LENGTH
from app.interview.questionnaire import Question, Questionnaire
from app.questionnaires.formats.answers_file import TERRITORY_KIND
from app.questionnaires.formats.xlsform_layout import POPULATION, SPECIAL

INHABITANTS = f"coalesce(${{{POPULATION}}}, 0)"
"""An unknown size counts as none, as in our conditions."""


def relevant(questionnaire: Questionnaire, question: Question) -> str:
    """When the question is asked; empty for always."""
    return " and ".join(_condition(questionnaire, c) for c in question.conditions)


def specials_relevant(questionnaire: Questionnaire, question: Question) -> str:
    """When the special answers of a number or a text are offered: asked, and still empty."""
    asked = relevant(questionnaire, question)
    return f"{asked} and ${{{question.code}}} = ''" if asked else f"${{{question.code}}} = ''"


def _condition(questionnaire: Questionnaire, condition: Condition) -> str:
    if condition.question is None:
        return _ON_TERRITORY[condition.operator](condition.operand)
    on = questionnaire.question(condition.question)
    if condition.operator == ANSWERED:
        return _answered(on, given=condition.operand is True)
    return _ON_ANSWER[condition.operator](f"${{{on.code}}}", condition.operand)


def _answered(on: Question, *, given: bool) -> str:
    if on.choices or not on.specials:
        return f"${{{on.code}}} {'!=' if given else '='} ''"
    sign, link = ("!=", "or") if given else ("=", "and")
    return f"(${{{on.code}}} {sign} '' {link} ${{{on.code}{SPECIAL}}} {sign} '')"


def _codes(operand: Operand) -> Sequence[str]:
    return operand if isinstance(operand, tuple) else (str(operand),)


def _one_of(field: str, operand: Operand) -> str:
    return "(" + " or ".join(f"{field} = '{code}'" for code in _codes(operand)) + ")"


def _has_one_of(field: str, operand: Operand) -> str:
    return "(" + " or ".join(f"selected({field}, '{code}')" for code in _codes(operand)) + ")"


def _plain(operand: Operand) -> str:
    """A number without exponent, which XPath does not know."""
    return format(Decimal(repr(operand)), "f")


_ON_TERRITORY: Mapping[str, Callable[[Operand], str]] = {
    "kinds": lambda operand: _one_of(f"${{{TERRITORY_KIND}}}", operand),
    "population_at_least": lambda operand: f"{INHABITANTS} >= {operand}",
    "population_less_than": lambda operand: f"{INHABITANTS} < {operand}",
}

_ON_ANSWER: Mapping[str, Callable[[str, Operand], str]] = {
    "is": lambda field, operand: f"{field} = '{operand}'",
    "is_not": lambda field, operand: f"({field} != '' and {field} != '{operand}')",
    "any_of": _one_of,
    "includes": lambda field, operand: f"selected({field}, '{operand}')",
    "includes_any": _has_one_of,
    "at_least": lambda field, operand: f"{field} >= {_plain(operand)}",
    "less_than": lambda field, operand: f"{field} < {_plain(operand)}",
}


def constraint(question: Question) -> str:
    """What an answer must respect; empty for nothing."""
    return " and ".join(_CONSTRAINTS.get(question.kind, _nothing)(question))


def _nothing(question: Question) -> list[str]:  # noqa: ARG001
    return []


def _alone(question: Question) -> list[str]:
    exclusive = [choice.code for choice in question.choices if choice.exclusive]
    exclusive += [special.value for special in question.specials]
    return [f"not(selected(., '{code}') and count-selected(.) > 1)" for code in exclusive]


def _bound(sign: str, written: int | None, default: int | None) -> list[str]:
    if written is not None:
        return [f". {sign} {written}"]
    return [] if default is None else [f"(. {sign} {default})"]


DEFAULT_BOUNDS: Mapping[str, tuple[int, int | None]] = {
    "integer": (0, None),
    "percentage": (0, 100),
}
"""Kind → the bounds it has when its question writes none."""


def _bounds(question: Question) -> list[str]:
    least, most = DEFAULT_BOUNDS[question.kind]
    return _bound(">=", question.minimum, least) + _bound("<=", question.maximum, most)


def _length(question: Question) -> list[str]:
    if question.max_length is None:
        return [f"(string-length(.) <= {MAX_LENGTH})"]
    return [f"string-length(.) <= {question.max_length}"]


_CONSTRAINTS: Mapping[str, Callable[[Question], list[str]]] = {
    "multiple": _alone,
    "integer": _bounds,
    "percentage": _bounds,
    "text": _length,
}
