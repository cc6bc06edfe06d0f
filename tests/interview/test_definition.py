"""A questionnaire as its author writes it: kept whole, or refused with every mistake."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refused
from app.interview.conditions import ANSWER_OPERATORS
from app.interview.definition import BadDefinition, from_definition, to_definition
from app.interview.definition_checks import SUITS
from app.interview.kinds.registry import KINDS
from app.interview.questionnaire import Questionnaire
from tests.interview.build import questionnaires

ADVICE = {
    "text": "Ouvrez une permanence.",
    "resource_name": "France services",
    "resource_url": "https://www.france-services.gouv.fr",
    "gain_label": "Offrir un lieu",
}
PLACE: dict[str, Any] = {
    "code": "place",
    "kind": "scale",
    "text": "Avez-vous un lieu ?",
    "short": "Lieu",
    "why": "Pour savoir.",
    "points": {"yes": 4, "planned": 2, "no": 0},
    "advice": ADVICE,
}
KINDS_OF_PLACE: dict[str, Any] = {
    "code": "which",
    "kind": "multiple",
    "text": "Lesquels ?",
    "short": "Lieux",
    "why": "Pour décrire.",
    "choices": [
        {"code": "library", "label": "Une médiathèque"},
        {"code": "bus", "label": "Un bus"},
    ],
    "asked_when": [{"question": "place", "is": "yes"}, {"population_at_least": 3500}],
}
STAFF: dict[str, Any] = {
    "code": "staff",
    "kind": "integer",
    "text": "Combien d’agents ?",
    "short": "Agents",
    "why": "Pour compter.",
    "unit": "agents",
    "thresholds": [{"at_least": 1, "points": 2}, {"at_least": 5, "points": 3}],
    "advice": ADVICE,
}


def definition(*questions: dict[str, Any]) -> dict[str, Any]:
    return {
        "theme": "inclusion",
        "number": 1,
        "version": 1,
        "title": "Inclusion numérique",
        "minutes": 8,
        "sections": [{"code": "part", "title": "Partie", "questions": list(questions)}],
    }


def mistakes(*questions: dict[str, Any]) -> list[str]:
    with pytest.raises(BadDefinition) as refusal:
        from_definition(definition(*questions))
    assert isinstance(refusal.value, Refused)
    assert str(refusal.value).endswith(".")
    return [str(mistake) for mistake in refusal.value.mistakes]


def test_a_definition_is_kept_whole() -> None:
    form = from_definition(definition(PLACE, KINDS_OF_PLACE, STAFF))

    assert [q.code for q in form.questions] == ["place", "which", "staff"]
    assert [c.label for c in form.question("place").choices] == [
        "Oui",
        "Prévu dans les 12 mois",
        "Non",
    ]
    assert form.question("place").dont_know
    assert from_definition(to_definition(form)) == form


@given(questionnaires())
def test_a_definition_survives_json(form: Questionnaire) -> None:
    stored = json.loads(json.dumps(to_definition(form), sort_keys=True))
    assert from_definition(stored) == form


def test_a_condition_that_looks_forward_is_refused() -> None:
    [told] = mistakes(KINDS_OF_PLACE, PLACE)
    assert told.startswith("question which")
    assert "«\u00a0place\u00a0», posée plus loin" in told


def test_a_condition_on_itself_is_refused() -> None:
    [told] = mistakes(PLACE | {"asked_when": [{"question": "place", "is": "yes"}]})
    assert "posée plus loin" in told


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"question": "castle", "is": "yes"}, "«\u00a0castle\u00a0», qui n’existe pas"),
        ({"question": "place", "is": "perhaps"}, "n’est pas une réponse de «\u00a0place\u00a0»"),
        ({"question": "place", "any_of": ["yes", "maybe"]}, "«\u00a0maybe\u00a0» n’est pas"),
        ({"question": "place", "any_of": "yes"}, "n’a pas la bonne forme"),
        ({"question": "place", "is": ["yes"]}, "n’a pas la bonne forme"),
        ({"question": "place", "at_least": 3}, "ne va pas à «\u00a0place\u00a0»"),
        ({"question": "place", "likes": "yes"}, "«\u00a0likes\u00a0» n’existe pas"),
        ({"question": "place", "answered": "yes"}, "true ou false"),
        ({"question": "place", "is": "not_concerned"}, "n’est pas une réponse"),
        ({"kinds": ["village"]}, "commune, epci, departement, region"),
        ({"kinds": "commune"}, "commune, epci, departement, region"),
        ({"population_at_least": "beaucoup"}, "nombre d’habitants"),
        ({"is": "yes"}, "sans «\u00a0question\u00a0»"),
        ({"question": "place"}, "un seul opérateur"),
        ({"kinds": ["epci"], "population_at_least": 3500}, "un seul opérateur"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(condition: dict[str, Any], told: str) -> None:
    found = mistakes(PLACE, KINDS_OF_PLACE | {"asked_when": [condition]})
    assert any(told in mistake for mistake in found)
    assert all(mistake.startswith("question which") for mistake in found)


def test_a_condition_may_name_a_special_answer() -> None:
    condition = {"question": "place", "any_of": ["no", "dont_know"]}
    form = from_definition(definition(PLACE, KINDS_OF_PLACE | {"asked_when": [condition]}))
    assert form.question("which").conditions[0].operand == ("no", "dont_know")


def without(question: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in question.items() if name != key}


TWICE = [{"code": "bus", "label": "Un bus"}, {"code": "bus", "label": "Un autre bus"}]
HALF = [{"code": "bus", "label": "Un bus", "points": 1}, {"code": "no", "label": "Non"}]
RICH = [{"code": "a", "label": "A", "points": 1}, {"code": "b", "label": "B", "points": 2}]
RESERVED = [{"code": "dont_know", "label": "Je ne sais pas"}, {"code": "b", "label": "B"}]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (without(PLACE, "advice"), "demande un conseil"),
        (without(PLACE, "text"), "il manque un texte à «\u00a0text\u00a0»"),
        (without(PLACE, "why"), "il manque un texte à «\u00a0why\u00a0»"),
        (PLACE | {"kind": "riddle"}, "le genre «\u00a0riddle\u00a0» n’existe pas"),
        (PLACE | {"code": "Lieu d’aide"}, "minuscules"),
        (PLACE | {"short": "x" * 46}, "dépasse 45 caractères"),
        (PLACE | {"colour": "blue"}, "«\u00a0colour\u00a0» n’existe pas"),
        (PLACE | {"choices": []}, "toutes prêtes"),
        (PLACE | {"points": {"yes": 0, "planned": 0, "no": 0}}, "valoir des points"),
        (PLACE | {"points": {"yes": 3, "planned": 2, "no": 1}}, "valoir zéro point"),
        (PLACE | {"points": {"yes": 3, "planned": 2, "no": -1}}, "négatifs"),
        (PLACE | {"points": {"yes": 3}}, "«\u00a0planned\u00a0»"),
        (PLACE | {"advice": ADVICE | {"resource_url": "http://x.fr"}}, "https://"),
        (PLACE | {"advice": without(ADVICE, "gain_label")}, "«\u00a0gain_label\u00a0»"),
        (PLACE | {"dont_know": "oui"}, "true ou false"),
        (PLACE | {"most_points": 2}, "«\u00a0most_points\u00a0»"),
        (KINDS_OF_PLACE | {"choices": TWICE}, "«\u00a0bus\u00a0» sert deux fois"),
        (KINDS_OF_PLACE | {"choices": TWICE[:1]}, "au moins deux réponses"),
        (KINDS_OF_PLACE | {"choices": HALF, "advice": ADVICE}, "à toutes les réponses"),
        (KINDS_OF_PLACE | {"choices": RICH, "advice": ADVICE}, "valoir zéro point"),
        (KINDS_OF_PLACE | {"choices": RESERVED}, "réservés"),
        (KINDS_OF_PLACE | {"points": {"yes": 1}}, "est pour l’échelle"),
        (STAFF | {"minimum": 5, "maximum": 5}, "plus petit"),
        (STAFF | {"minimum": "zéro"}, "nombre entier"),
        (STAFF | {"thresholds": STAFF["thresholds"][::-1]}, "du plus petit au plus grand"),
        (STAFF | {"choices": TWICE}, "n’a pas de «\u00a0choices\u00a0»"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(question: dict[str, Any], told: str) -> None:
    alone = without(question, "asked_when")
    assert any(told in mistake for mistake in mistakes(alone))


def test_every_operator_says_which_kinds_it_suits() -> None:
    assert {*SUITS} == {*ANSWER_OPERATORS}
    assert set().union(*SUITS.values()) == {*KINDS}


def test_every_mistake_is_told_at_once() -> None:
    found = mistakes(without(PLACE, "advice"), PLACE, KINDS_OF_PLACE | {"choices": TWICE})
    assert len(found) == 3
    assert "questionnaire\u00a0: le code «\u00a0place\u00a0» sert deux fois" in found


@given(st.data())
def test_a_damaged_definition_is_refused_never_a_crash(data: st.DataObject) -> None:
    damaged = deepcopy(definition(PLACE, KINDS_OF_PLACE, STAFF))
    node: Any = damaged
    while isinstance(node, dict | list) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or data.draw(st.booleans()):
            node[key] = data.draw(st.sampled_from([None, 7, "x", [], {}, [1], True, {"a": 1}]))
            break
        node = node[key]
    try:
        form = from_definition(damaged)
    except BadDefinition:
        return
    assert from_definition(to_definition(form)) == form
