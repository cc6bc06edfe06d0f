"""A word may be an order and an answer: which, by rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.campaigns.control import open_wave
from app.interview.french import fold
from app.interview.questionnaire import Question
from app.interview.typed_words import telling, tokens
from app.links.chats import tie
from app.models.campaigns import Wave
from app.models.cases import SurveyResponse
from app.questionnaires.load import load_all
from bot.commands import TAUGHT, WORDS, Command, leading_in
from bot.precedence import is_answer
from tests.bot.phone import Phone, texts
from tests.world import World

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


@pytest.fixture
def open_question(world: World) -> Phone:
    """Évaux-les-Bains is asked, in its own words, which service its inhabitants wish for most."""
    world.create_campaign()
    with world.db.reading() as session:
        newest = select(Wave.id).order_by(Wave.number.desc()).limit(1)
        world.wave_id = session.scalars(newest).one()
    open_wave(world.db, world.wave_id, now=world.now)
    link_id, _ = world.link("answer", EVAUX)
    phone = Phone(world)
    with world.db.transaction() as session:
        tie(session, phone.channel, phone.external_id, link_id, now=world.now)
    phone.hears("/start")
    phone.hears("services")
    lines = texts(phone.hears("relire")).splitlines()
    rank = next(line.partition(".")[0] for line in lines if "Service le plus demandé" in line)
    phone.hears(f"/changer {rank}")
    assert phone.sent[-1][1].asked is not None
    assert phone.sent[-1][1].asked.question == "wished_service"
    return phone


EVAUX = "23076"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("changer 3", "Question 3 sur"),
        ("changer la question 3", "Question 3 sur"),
        ("confier julie@gueret.invalid", "une seconde fois"),
        ("dissocier Évaux-les-Bains", "Dissocier Évaux-les-Bains"),
        ("commune Évaux", "n’est associée qu’à une collectivité"),
        ("thème inclusion", "Quel thème voulez-vous remplir"),
    ],
)
def test_an_order_with_what_completes_it_is_no_answer_to_an_open_question(
    world: World, open_question: Phone, typed: str, told: str
) -> None:
    said = texts(open_question.hears(typed))

    assert told in said
    assert "wished_service" not in answers_of_evaux(world)


@pytest.mark.parametrize(
    "typed",
    [
        "changer 300 lampadaires",
        "changer 99",  # no question has that number
        "confier les inscriptions à la communauté",
        "dissocier les démarches des guichets",
        "commune sans papier",
        "thème des transports",
    ],
)
def test_the_same_words_about_something_else_answer_it(
    world: World, open_question: Phone, typed: str
) -> None:
    open_question.hears(typed)

    assert answers_of_evaux(world)["wished_service"]["value"] == typed


def answers_of_evaux(world: World) -> dict[str, dict[str, object]]:
    with world.db.reading() as session:
        themes = session.scalars(select(SurveyResponse.answers))
        return {code: kept for answers in themes for code, kept in answers.items()}
