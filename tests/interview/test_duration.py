"""How long it takes to whoever has most to answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from app.interview.conditions import Condition
from app.interview.duration import (
    SECONDS_AROUND,
    longest_minutes,
    longest_path,
    profiles_of,
    seconds_of,
    told_minutes,
)
from app.interview.path import path
from app.interview.questionnaire import Choice, Profile, Question, Questionnaire
from app.interview.values import Value
from tests.interview.build import VILLAGE, answered, ask, questionnaire
from tests.interview.every_answer import small_forms, walks


def codes(questions: tuple[Question, ...]) -> list[str]:
    return [question.code for question in questions]


def seconds(questions: tuple[Question, ...]) -> float:
    return sum(map(seconds_of, questions))


def test_more_words_take_longer_to_read() -> None:
    short, long = ask("q", text="Avez-vous un lieu ?"), ask("q", text="Avez-vous " * 53 + "?")
    assert seconds_of(long) - seconds_of(short) == pytest.approx(60 * 50 / 200)


def test_help_and_choices_are_read_too_but_not_the_reason() -> None:
    bare = ask("q", "single", help="")
    helped = ask("q", "single", help="Cochez la réponse la plus proche.")
    assert seconds_of(helped) - seconds_of(bare) == pytest.approx(60 * 6 / 200)
    wordy = ask("q", "single", choices=(*bare.choices, Choice("other", "Un autre lieu")))
    assert seconds_of(wordy) - seconds_of(bare) == pytest.approx(60 * 3 / 200)
    assert seconds_of(ask("q", "single", why="Pour " * 40)) == seconds_of(bare)


def test_a_figure_takes_longer_than_yes_or_no() -> None:
    kinds = ("scale", "single", "integer", "text")
    thinking = [seconds_of(ask("q", kind, choices=(), help="")) for kind in kinds]
    assert thinking == sorted(thinking)


def test_each_box_is_a_decision() -> None:
    three = ask("q", "multiple", choices=tuple(Choice(f"c{i}", "Oui") for i in range(3)))
    six = ask("q", "multiple", choices=tuple(Choice(f"c{i}", "Oui") for i in range(6)))
    assert seconds_of(six) - seconds_of(three) > 3 * 60 / 200


def test_of_two_ways_the_longer_one_is_taken() -> None:
    form = questionnaire(
        ask("place"),
        ask("when", "text", conditions=(Condition("is", "yes", "place"),)),
        ask("why_not", conditions=(Condition("is", "no", "place"),)),
        ask("since", "integer", conditions=(Condition("answered", True, "when"),)),
    )
    assert codes(longest_path(form, VILLAGE)) == ["place", "when", "since"]


def test_a_question_of_another_territory_takes_no_time() -> None:
    big = ask("big", conditions=(Condition("population_at_least", 3500),))
    form = questionnaire(ask("all"), big)
    assert codes(longest_path(form, VILLAGE)) == ["all"]
    assert longest_minutes(form, VILLAGE) * 60 == pytest.approx(
        SECONDS_AROUND + seconds_of(form.question("all"))
    )


def test_the_minutes_told_are_those_of_whoever_has_most_to_answer() -> None:
    more = [
        ask(f"more_{i}", "text", conditions=(Condition("population_at_least", 30_000),))
        for i in range(5)
    ]
    form = questionnaire(ask("all"), *more)
    assert told_minutes(questionnaire(ask("all"))) == 2
    assert told_minutes(form) == 5


def test_no_region_is_asked_as_a_village() -> None:
    form = questionnaire(
        ask("village", conditions=(Condition("population_less_than", 3500),)),
        ask("city", conditions=(Condition("population_at_least", 30_000),)),
    )
    assert {(p.kind, p.population) for p in profiles_of(form)} == {
        *((kind, size) for kind in ("commune", "epci") for size in (0, 3500, 30_000)),
        ("departement", 50_000),
        ("region", 100_000),
    }


@settings(max_examples=60, deadline=None)
@given(small_forms())
def test_the_longest_path_is_the_longest_of_all(drawn: tuple[Questionnaire, Profile]) -> None:
    form, profile = drawn
    longest = longest_path(form, profile)
    every = [walk.asked for walk in walks(form, profile, blanks=True)]
    assert longest in every
    assert seconds(longest) == pytest.approx(max(map(seconds, every)))


@given(answered())
def test_nobody_is_asked_for_longer(
    drawn: tuple[Questionnaire, Profile, dict[str, Value]],
) -> None:
    form, profile, answers = drawn
    walked = path(form, profile, answers)
    assert seconds(walked.asked) <= seconds(longest_path(form, profile)) + 1e-9
