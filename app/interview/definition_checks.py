"""What a questionnaire must respect beyond its shape, so that it can be asked and scored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.interview.conditions import ANSWER_OPERATORS, ANSWERED, ON_PROFILE, TERRITORY_KINDS
from app.interview.definition_reader import Mistakes
from app.interview.kinds.registry import KINDS
from app.interview.questionnaire import HOWS, Condition, Question, Questionnaire
from app.interview.scoring import best, least
from app.interview.values import SPECIAL_CODES

LONGEST_SHORT = 45
"""Characters of a short label: what a report card's line can hold."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")

_ONE = frozenset({"single", "scale"})
_NUMBERS = frozenset({"integer", "percentage"})
SUITS: Mapping[str, frozenset[str]] = {
    "is": _ONE,
    "is_not": _ONE,
    "any_of": _ONE,
    "includes": frozenset({"multiple"}),
    "includes_any": frozenset({"multiple"}),
    "at_least": _NUMBERS,
    "less_than": _NUMBERS,
    ANSWERED: frozenset(KINDS),
}
"""Operator → the kinds of question it can be used on."""


def check_questionnaire(questionnaire: Questionnaire, mistakes: Mistakes) -> None:
    """Note every mistake of codes, order, kinds, conditions and points."""
    _codes("questionnaire", [s.code for s in questionnaire.sections], mistakes)
    _codes("questionnaire", [q.code for q in questionnaire.questions], mistakes)
    if not questionnaire.questions:
        mistakes.note("questionnaire", "il ne pose aucune question")
    for section in questionnaire.sections:
        if not section.questions:
            mistakes.note(f"section {section.code}", "elle ne pose aucune question")
    earlier: dict[str, Question] = {}
    later = {q.code for q in questionnaire.questions}
    for question in questionnaire.questions:
        _question(question, mistakes)
        for condition in question.conditions:
            _condition(question, condition, earlier, later, mistakes)
        earlier[question.code] = question
    for code in questionnaire.dropped:
        if code in later:
            mistakes.note("questionnaire", f"«\u00a0{code}\u00a0» est posée et abandonnée")


def _codes(where: str, codes: list[str], mistakes: Mistakes) -> None:
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        mistakes.note(where, f"le code «\u00a0{code}\u00a0» sert deux fois")
    for code in codes:
        if code and not _CODE.fullmatch(code):
            mistakes.note(
                where,
                f"le code «\u00a0{code}\u00a0» doit être en minuscules, chiffres et tirets bas",
            )


def _question(question: Question, mistakes: Mistakes) -> None:
    for what in (*_of_kind(question), *_of_points(question), *_of_links(question)):
        mistakes.note(f"question {question.code}", what)
    _codes(f"question {question.code}", [c.code for c in question.choices], mistakes)


def _of_kind(question: Question) -> Iterable[str]:
    kind = KINDS.get(question.kind)
    if kind is None:
        yield f"le genre «\u00a0{question.kind}\u00a0» n’existe pas ({', '.join(KINDS)})"
        return
    if len(question.short) > LONGEST_SHORT:
        yield f"«\u00a0short\u00a0» dépasse {LONGEST_SHORT} caractères"
    if kind.has_choices and len(question.choices) < 2:
        yield "il faut au moins deux réponses dans «\u00a0choices\u00a0»"
    if not kind.has_choices and question.choices:
        yield f"le genre «\u00a0{question.kind}\u00a0» n’a pas de «\u00a0choices\u00a0»"
    if SPECIAL_CODES & {c.code for c in question.choices}:
        yield "les codes dont_know et not_concerned sont réservés"
    if any(c.exclusive for c in question.choices) and question.kind != "multiple":
        yield "«\u00a0exclusive\u00a0» n’a de sens que pour plusieurs réponses"
    low, high = question.minimum, question.maximum
    if low is not None and high is not None and low >= high:
        yield "«\u00a0minimum\u00a0» doit être plus petit que «\u00a0maximum\u00a0»"


def _of_points(question: Question) -> Iterable[str]:
    if question.thresholds and question.kind not in _NUMBERS:
        yield "«\u00a0thresholds\u00a0» ne va qu’aux nombres et aux pourcentages"
    steps = [t.at_least for t in question.thresholds]
    if steps != sorted(set(steps)):
        yield "«\u00a0thresholds\u00a0» doit aller du plus petit au plus grand"
    if question.most_points is not None and question.kind != "multiple":
        yield "«\u00a0most_points\u00a0» ne va qu’aux questions à plusieurs réponses"
    worth = [c.points for c in question.choices]
    if None in worth and any(points is not None for points in worth):
        yield "donnez des points à toutes les réponses ou à aucune"
    if not question.counts:
        return
    if any(
        points < 0 for points in [p for p in worth if p] + [t.points for t in question.thresholds]
    ):
        yield "les points ne peuvent pas être négatifs"
    if best(question) <= 0:
        yield "une réponse au moins doit valoir des points"
    if least(question) != 0:
        yield "une réponse au moins doit valoir zéro point"
    if question.advice is None:
        yield "une question qui compte demande un conseil («\u00a0advice\u00a0»)"
    elif not question.advice.resource_url.startswith("https://"):
        yield "l’adresse du conseil doit commencer par https://"


def _of_links(question: Question) -> Iterable[str]:
    """What ties a question to public data and to its former version."""
    if question.comes_from and question.comes_from.how not in HOWS:
        yield f"«\u00a0comes_from\u00a0» se dit {', '.join(HOWS)}"
    if not question.prefill:
        return
    codes = {choice.code for choice in question.choices}
    unknown = [code for _, code in question.prefill.values if code not in codes]
    if unknown:
        yield f"«\u00a0prefill\u00a0» propose «\u00a0{unknown[0]}\u00a0», qui n’est pas une réponse"
    if bool(codes) is not bool(question.prefill.values):
        yield "«\u00a0values\u00a0» de «\u00a0prefill\u00a0» va avec des réponses toutes prêtes"
    if question.kind == "multiple":
        yield "«\u00a0prefill\u00a0» ne va pas aux questions à plusieurs réponses"


def _condition(
    question: Question,
    condition: Condition,
    earlier: Mapping[str, Question],
    known: Iterable[str],
    mistakes: Mistakes,
) -> None:
    if condition.question is None:
        wrong = _of_profile(condition)
    elif condition.question in earlier:
        wrong = _of_answer(condition, earlier[condition.question])
    elif condition.question in known:
        wrong = (
            f"la condition regarde «\u00a0{condition.question}\u00a0», posée plus loin\u00a0: "
            "une condition ne peut regarder que des questions posées avant"
        )
    else:
        wrong = f"la condition regarde «\u00a0{condition.question}\u00a0», qui n’existe pas"
    if wrong:
        mistakes.note(f"question {question.code}", wrong)


def _of_profile(condition: Condition) -> str:
    operator, operand = condition.operator, condition.operand
    if operator not in ON_PROFILE:
        return f"l’opérateur «\u00a0{operator}\u00a0» n’existe pas sans «\u00a0question\u00a0»"
    if operator == "kinds":
        good = isinstance(operand, tuple) and bool(operand) and {*operand} <= {*TERRITORY_KINDS}
        return "" if good else f"«\u00a0kinds\u00a0» se choisit parmi {', '.join(TERRITORY_KINDS)}"
    good = isinstance(operand, int) and not isinstance(operand, bool) and operand > 0
    return "" if good else f"«\u00a0{operator}\u00a0» demande un nombre d’habitants"


def _of_answer(condition: Condition, on: Question) -> str:
    operator, operand = condition.operator, condition.operand
    if operator not in ANSWER_OPERATORS:
        return f"l’opérateur «\u00a0{operator}\u00a0» n’existe pas"
    if on.kind in KINDS and on.kind not in SUITS[operator]:
        return f"l’opérateur «\u00a0{operator}\u00a0» ne va pas à «\u00a0{on.code}\u00a0»"
    if operator == ANSWERED:
        return "" if isinstance(operand, bool) else "«\u00a0answered\u00a0» vaut true ou false"
    if operator in ("at_least", "less_than"):
        number = isinstance(operand, int | float) and not isinstance(operand, bool)
        return "" if number else f"«\u00a0{operator}\u00a0» demande un nombre"
    if (operator in ("any_of", "includes_any")) is not isinstance(operand, tuple):
        return f"«\u00a0{operator}\u00a0» n’a pas la bonne forme"
    named = operand if isinstance(operand, tuple) else (str(operand),)
    codes = {c.code for c in on.choices} | {s.value for s in on.specials}
    unknown = [code for code in named if code not in codes]
    if unknown:
        return f"«\u00a0{unknown[0]}\u00a0» n’est pas une réponse de «\u00a0{on.code}\u00a0»"
    return ""
