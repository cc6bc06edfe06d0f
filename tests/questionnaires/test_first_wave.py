"""The three questionnaires of the first wave, read as those who will answer them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from app.interview.definition import from_definition, to_definition
from app.interview.kinds import registry
from app.interview.path import Path, path
from app.interview.questionnaire import Profile, Question, Questionnaire
from app.interview.scoring import lost_points, points, score
from app.interview.typed import read_typed
from app.interview.values import DONT_KNOW, Value
from app.questionnaires.load import load_all

FIRST_WAVE = {form.theme: form for form in load_all() if form.number <= 3}

PEOPLE = {
    "a village of 240": Profile("commune", 240),
    "a small town of 4,000": Profile("commune", 4_000),
    "a town of 35,000": Profile("commune", 35_000),
    "an EPCI": Profile("epci", 22_000),
    "a département": Profile("departement", 116_000),
    "a région": Profile("region", 5_900_000),
}

each_theme = pytest.mark.parametrize("form", FIRST_WAVE.values(), ids=FIRST_WAVE.keys())
each_profile = pytest.mark.parametrize("profile", PEOPLE.values(), ids=PEOPLE.keys())


def possible(question: Question) -> Iterator[Value]:
    """Answers that span what the question accepts."""
    yield from (s for s in question.specials if s is DONT_KNOW)
    codes = [c.code for c in question.choices]
    if question.kind == "multiple":
        yield from ((code,) for code in codes)
        yield tuple(c.code for c in question.choices if not c.exclusive)
    elif codes:
        yield from codes
    else:
        yield from (0, 1, 40, 100)


def walk(form: Questionnaire, profile: Profile, choose: Callable[[Question], Value]) -> Path:
    answers: dict[str, Value] = {}
    while question := path(form, profile, answers).next():
        answers[question.code] = choose(question)
    return path(form, profile, answers)


def at_best(question: Question) -> Value:
    return max(possible(question), key=lambda value: points(question, value) or 0)


def at_rank(rank: int, question: Question) -> Value:
    answers = list(possible(question))
    return answers[rank % len(answers)]


def at_worst(question: Question) -> Value:
    ordinary = (value for value in possible(question) if value is not DONT_KNOW)
    return min(ordinary, key=lambda value: points(question, value) or 0)


def test_the_first_wave_has_its_three_themes() -> None:
    assert [(form.number, form.title) for form in FIRST_WAVE.values()] == [
        (1, "Inclusion numérique"),
        (2, "Cybersécurité"),
        (3, "Communication avec les administrés"),
    ]


@each_theme
def test_a_page_holds_three_to_six_questions(form: Questionnaire) -> None:
    assert all(3 <= len(section.questions) <= 6 for section in form.sections)


@each_theme
@each_profile
def test_whoever_answers_meets_between_eight_and_eighteen_questions(
    form: Questionnaire, profile: Profile
) -> None:
    for choose in (at_best, at_worst):
        assert 8 <= len(walk(form, profile, choose).asked) <= 18


@each_theme
@each_profile
def test_whoever_answers_may_obtain_a_hundred_or_nothing(
    form: Questionnaire, profile: Profile
) -> None:
    full, nothing = walk(form, profile, at_best), walk(form, profile, at_worst)
    highest, lowest = score(form, full), score(form, nothing)
    assert highest
    assert lowest
    assert (highest.value, lowest.value) == (100, 0)
    assert lost_points(form, full) == []
    assert sum(one.points for one in lost_points(form, nothing)) == pytest.approx(100)


@each_theme
@each_profile
def test_three_next_steps_can_always_be_advised(form: Questionnaire, profile: Profile) -> None:
    lost = lost_points(form, walk(form, profile, at_worst))
    assert len({one.gain_label for one in lost[:3]}) == 3


@each_theme
def test_every_question_is_asked_of_someone(form: Questionnaire) -> None:
    """Each question is met by one of these six, whatever path leads to it."""
    met = {
        question.code
        for profile in PEOPLE.values()
        for rank in range(12)
        for question in walk(form, profile, partial(at_rank, rank)).asked
    }
    assert met == {question.code for question in form.questions}


def test_thresholds_of_3500_and_30000_open_their_questions() -> None:
    opened = {
        size: sum(len(path(f, Profile("commune", size), {}).asked) for f in FIRST_WAVE.values())
        for size in (3_499, 3_500, 29_999, 30_000)
    }
    assert opened[3_499] < opened[3_500] == opened[29_999] < opened[30_000]


def test_only_those_who_have_a_website_are_asked_about_it() -> None:
    form, village = FIRST_WAVE["communication"], PEOPLE["a village of 240"]
    assert path(form, village, {"website": "yes"}).asks("accessibility_statement")
    assert not path(form, village, {"website": "no"}).asks("accessibility_statement")


@each_theme
def test_every_option_can_be_typed_in_full_or_by_number(form: Questionnaire) -> None:
    for question in form.questions:
        for option in question.options if question.choices else ():
            meant = registry.read(question, option.code)
            assert read_typed(question, option.label) == meant, (question.code, option.label)
            assert read_typed(question, str(option.number)) == meant


@each_theme
def test_it_can_be_stored_and_read_back(form: Questionnaire) -> None:
    assert from_definition(to_definition(form)) == form


def sentences(form: Questionnaire) -> Iterator[str]:
    for section in form.sections:
        yield section.title
        for q in section.questions:
            yield from (q.text, q.help, q.why, q.short, *(c.label for c in q.choices))
            if q.advice:
                yield from (q.advice.text, q.advice.gain_label, q.advice.resource_name)


@each_theme
def test_it_is_set_in_french_typography(form: Questionnaire) -> None:
    wrong = re.compile(r"'|[^\u00a0][?;!»%]|[^\u00a0]: |«[^\u00a0]| [?!:;%»]|\d \d|\.\.\.|  ")
    assert [text for text in sentences(form) if wrong.search(text)] == []


@each_theme
def test_every_question_says_how_to_answer_and_why(form: Questionnaire) -> None:
    for question in form.questions:
        assert question.text.endswith("\u00a0?")
        assert question.help.endswith(".")
        assert question.why.endswith(".")
        assert question.dont_know


@each_theme
def test_it_speaks_to_every_kind_of_authority(form: Questionnaire) -> None:
    spoken = " ".join(sentences(form)).lower()
    assert "votre commune" not in spoken
    assert "votre mairie" not in spoken
