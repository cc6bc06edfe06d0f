"""Whom a question is asked of, in French: its conditions, for people who read a codebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.interview.conditions import ANSWERED, Condition, Operand
from app.interview.french import listed, number, quoted, with_unit
from app.interview.questionnaire import Question, Questionnaire
from app.vocabulary.territory_kinds import TerritoryKind

EVERYONE = "Toutes les collectivités"
WHO = "la collectivité "  # said once, then "elle"


def asked_of(questionnaire: Questionnaire, question: Question) -> str:
    """One phrase, without a full stop."""
    if not question.conditions:
        return EVERYONE
    said: list[str] = []
    for condition in question.conditions:
        phrase = _condition(questionnaire, condition)
        again = condition.question is None and any(one.startswith(WHO) for one in said)
        said.append(phrase.replace(WHO, "elle ", 1) if again else phrase)
    return f"Si {listed([said[0], *(f'si {one}' for one in said[1:])], last='et')}"


def _condition(questionnaire: Questionnaire, condition: Condition) -> str:
    if condition.question is None:
        return _ON_TERRITORY[condition.operator](condition.operand)
    on = questionnaire.question(condition.question)
    return f"{quoted(on.short)} {_ON_ANSWER[condition.operator](on, condition.operand)}"


_ONE: Mapping[TerritoryKind, str] = {
    TerritoryKind.COMMUNE: "une commune",
    TerritoryKind.EPCI: "une intercommunalité",
    TerritoryKind.DEPARTEMENT: "un département",
    TerritoryKind.REGION: "une région",
}


def _kinds(operand: Operand) -> str:
    codes = operand if isinstance(operand, tuple) else (str(operand),)
    return f"{WHO}est {listed([_ONE[TerritoryKind(code)] for code in codes], last='ou')}"


_ON_TERRITORY: Mapping[str, Callable[[Operand], str]] = {
    "kinds": _kinds,
    "population_at_least": lambda n: f"{WHO}compte {with_unit(_bound(n), 'habitants')} ou plus",
    "population_less_than": lambda n: f"{WHO}compte moins de {with_unit(_bound(n), 'habitants')}",
}


def _bound(operand: Operand) -> float:
    return operand if isinstance(operand, int | float) else 0


def _labels(on: Question, operand: Operand) -> str:
    labels = {option.code: option.label for option in on.options}
    codes = operand if isinstance(operand, tuple) else (str(operand),)
    return listed([quoted(labels.get(code, code)) for code in codes], last="ou")


_ON_ANSWER: Mapping[str, Callable[[Question, Operand], str]] = {
    "is": lambda on, operand: f"a pour réponse {_labels(on, operand)}",
    "is_not": lambda on, operand: f"a une autre réponse que {_labels(on, operand)}",
    "any_of": lambda on, operand: f"a pour réponse {_labels(on, operand)}",
    "includes": lambda on, operand: f"a parmi ses réponses {_labels(on, operand)}",
    "includes_any": lambda on, operand: f"a parmi ses réponses {_labels(on, operand)}",
    "at_least": lambda on, operand: f"vaut au moins {_with_its_unit(on, operand)}",
    "less_than": lambda on, operand: f"vaut moins de {_with_its_unit(on, operand)}",
    ANSWERED: lambda on, operand: "a une réponse" if operand else "n’a pas de réponse",  # noqa: ARG005
}


def _with_its_unit(on: Question, operand: Operand) -> str:
    return number(_bound(operand)) + ("\u00a0%" if on.kind == "percentage" else "")
