"""A word may be an order and an answer: which, by rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.interview.french import fold
from app.interview.questionnaire import Question
from app.interview.typed_words import telling, tokens
from app.questionnaires.load import load_all
from bot.commands import TAUGHT, WORDS, Command, leading_in
from bot.precedence import is_answer

QUESTIONS = {f"{one.theme}/{q.code}": q for one in load_all() for q in one.questions}


def asked(code: str) -> Question:
    return next(question for name, question in QUESTIONS.items() if name.endswith(f"/{code}"))


def answers(code: str, typed: str) -> bool:
    return is_answer(asked(code), typed, leading_in(typed))


def whole_labels() -> Iterator[tuple[str, Question]]:
    for question in QUESTIONS.values():
        for choice in question.choices:
            yield choice.label, question


def test_the_words_that_we_teach_are_orders_under_every_question() -> None:
    """Unless a choice says nothing else: "papier", for "Sur papier"."""
    taken = {
        (word, question.code)
        for word in TAUGHT
        for question in QUESTIONS.values()
        if is_answer(question, word, leading_in(word))
    }

    assert taken == {("papier", "acts_sent")}


def test_a_sentence_to_us_is_never_recorded() -> None:
    taken = {
        (word, question.code)
        for word in WORDS
        for question in QUESTIONS.values()
        if len(tokens(word)) > 1 and is_answer(question, word, leading_in(word))
    }

    assert all(
        any(telling(tokens(word)) == telling(tokens(fold(c.label))) for c in asked(code).choices)
        for word, code in taken
    )


def test_every_label_answers_its_question_as_a_whole() -> None:
    lost = [
        label
        for label, question in whole_labels()
        if not is_answer(question, label, leading_in(label))
    ]

    assert lost == []


@pytest.mark.parametrize(
    ("code", "typed", "is_one"),
    [
        ("social_networks", "site", False),  # "YouTube ou un autre site de vidéos"
        ("social_networks", "un autre site", True),
        ("acts_sent", "papier", True),  # "Sur papier"
        ("brakes", "papier", False),
        ("help_delay", "plus tard", True),
        ("main_brake", "plus tard", False),
        ("awareness", "rappels", False),  # "Des rappels par affiche ou par message"
        ("awareness", "des rappels par affiche", True),
        ("sharing", "communes", False),
        ("partners", "collectivités", True),  # a word that we never tell people to write
        ("main_access", "téléphone", True),
        ("mediation_place_kinds", "lien", False),  # not "lieu"
        ("mediation_place_kinds", "accueil", True),
        ("staff_trained", "c’est tout ?", False),  # not "100"
        ("acts_sent", "bonjour à tous", False),  # not "tous"
        ("wished_service", "fiche", False),
        ("wished_service", "Une fiche par habitant", True),
        ("wished_service", "Stop aux démarches papier dans la commune", True),
        ("wished_service", "stop", False),
        ("wished_service", "désabonnez-moi svp", False),
        ("wished_service", "Les usagers se désabonnent de la lettre", True),
        ("attack_effects", "Stop, ça suffit maintenant", False),
    ],
)
def test_by_rule(code: str, typed: str, *, is_one: bool) -> None:
    assert answers(code, typed) is is_one


def test_asking_to_stop_is_an_answer_to_nothing() -> None:
    for way, command in WORDS.items():
        if command is Command.STOP:
            assert not any(is_answer(q, way, leading_in(way)) for q in QUESTIONS.values()), way
