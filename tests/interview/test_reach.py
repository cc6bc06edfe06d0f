"""What an authority can reach: its questions, and the ends of its score."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from app.interview.conditions import Condition
from app.interview.path import path
from app.interview.questionnaire import Choice, Profile, Questionnaire, Threshold
from app.interview.reach import ScoreRange, orphans, reachable, score_range
from app.interview.scoring import score
from app.interview.values import Value
from tests.interview.build import ADVICE, PLACES, VILLAGE, answered, ask, questionnaire, worth
from tests.interview.every_answer import small_forms, walks

TOWN = Profile("commune", 4_000)


def reached(form: Questionnaire, profile: Profile = VILLAGE) -> list[str]:
    return [question.code for question in reachable(form, profile)]


def ends(form: Questionnaire, profile: Profile = VILLAGE) -> tuple[float, float] | None:
    found = score_range(form, profile)
    return (found.lowest, found.highest) if found else None


def lost(form: Questionnaire, profile: Profile = VILLAGE) -> list[str]:
    return [orphan.question.code for orphan in orphans(form, profile)]


def test_two_ways_that_exclude_each_other_are_both_reached() -> None:
    form = questionnaire(
        ask("place"),
        ask("yes", conditions=(Condition("is", "yes", "place"),)),
        ask("no", conditions=(Condition("is", "no", "place"),)),
    )
    assert reached(form) == ["place", "yes", "no"]


def test_what_waits_for_both_yes_and_no_is_never_reached() -> None:
    both = (Condition("is", "yes", "place"), Condition("is", "no", "place"))
    assert reached(questionnaire(ask("place"), ask("never", conditions=both))) == ["place"]


def test_what_waits_for_the_never_asked_is_never_reached() -> None:
    form = questionnaire(
        ask("big", conditions=(Condition("population_at_least", 3500),)),
        ask("more", conditions=(Condition("is", "yes", "big"),)),
        ask("then", conditions=(Condition("is_not", "no", "more"),)),
    )
    assert reached(form) == []
    assert reached(form, TOWN) == ["big", "more", "then"]


def test_a_blank_leads_somewhere_too() -> None:
    form = questionnaire(ask("q"), ask("blank", conditions=(Condition("answered", False, "q"),)))
    assert reached(form) == ["q", "blank"]


def test_a_number_is_tried_on_both_sides_of_its_turn() -> None:
    form = questionnaire(
        ask("agents", "integer", minimum=5, maximum=20),
        ask("few", conditions=(Condition("less_than", 6, "agents"),)),
        ask("many", conditions=(Condition("at_least", 20, "agents"),)),
        ask("none", conditions=(Condition("less_than", 5, "agents"),)),
        ask("crowd", conditions=(Condition("at_least", 21, "agents"),)),
    )
    assert reached(form) == ["agents", "few", "many"]


def test_a_good_questionnaire_goes_from_nothing_to_a_hundred() -> None:
    assert ends(questionnaire(worth("place"), worth("help", not_concerned=True))) == (0, 100)


def test_without_a_question_that_counts_there_are_no_ends() -> None:
    big = worth("big", conditions=(Condition("population_at_least", 3500),))
    assert ends(questionnaire(ask("opinion"), big)) is None
    assert ends(questionnaire(ask("opinion"), big), TOWN) == (0, 100)


def test_a_hundred_that_nobody_can_obtain_is_seen() -> None:
    """Someone ticks "Aucun" alone, and its point is lost to whoever ticks another box."""
    choices = (Choice("a", "A", 1), Choice("none", "Aucun", 1, exclusive=True))
    where = ask("where", "multiple", choices=choices, advice=ADVICE)
    assert ends(questionnaire(where, worth("place", yes=2))) == (0, 75)

    sure = questionnaire(replace(where, dont_know=False), worth("place", yes=2))
    assert ends(sure) == (25, 75)


def test_a_threshold_beyond_the_bounds_is_seen() -> None:
    trained = ask(
        "trained", "percentage", maximum=50, advice=ADVICE, thresholds=(Threshold(80, 4),)
    )
    assert ends(questionnaire(trained)) == (0, 0)


def test_a_condition_that_no_answer_fills_is_an_orphan() -> None:
    form = questionnaire(
        ask("place"),
        ask("where", "multiple", conditions=(Condition("is", "yes", "place"),)),
        ask("typo", conditions=(Condition("is", "maybe", "place"),)),
        ask("nowhere", conditions=(Condition("is", "yes", "gone"),)),
        ask("absent", conditions=(Condition("includes", "moon", "where"),)),
        ask("unknown", conditions=(Condition("is", "not_concerned", "place"),)),
    )
    assert lost(form) == ["typo", "nowhere", "absent", "unknown"]


def test_naming_a_territory_that_is_never_asked_before_is_an_orphan() -> None:
    big = ask("big", conditions=(Condition("population_at_least", 30_000),))
    waits = Condition("is", "yes", "big")
    follows = ask("follows", conditions=(waits,))
    names = ask("names", conditions=(Condition("kinds", ("commune",)), waits))
    assert lost(questionnaire(big, follows, names)) == ["names"]
    assert lost(questionnaire(big, follows, names), Profile("commune", 35_000)) == []
    assert lost(questionnaire(big, follows, names), Profile("epci", 35_000)) == []


@settings(max_examples=60, deadline=None)
@given(small_forms())
def test_what_is_reached_is_what_all_the_answers_reach(
    drawn: tuple[Questionnaire, Profile],
) -> None:
    form, profile = drawn
    met = {q.code for walk in walks(form, profile, blanks=True) for q in walk.asked}
    assert {*reached(form, profile)} == met


@settings(max_examples=60, deadline=None)
@given(small_forms())
def test_the_ends_of_the_score_are_those_of_all_the_answers(
    drawn: tuple[Questionnaire, Profile],
) -> None:
    form, profile = drawn
    scores = [score(form, walk) for walk in walks(form, profile, blanks=False)]
    values = [one.value for one in scores if one]
    expected = (min(values), max(values)) if values else None
    assert ends(form, profile) == (pytest.approx(expected) if expected else None)


@given(answered())
def test_nobody_is_asked_what_cannot_be_reached(
    drawn: tuple[Questionnaire, Profile, dict[str, Value]],
) -> None:
    form, profile, answers = drawn
    asked = {question.code for question in path(form, profile, answers).asked}
    assert asked <= {*reached(form, profile)}


def test_the_ends_are_values_that_can_be_compared() -> None:
    where = ask("where", "multiple", choices=PLACES, advice=ADVICE, most_points=3)
    assert score_range(questionnaire(where), VILLAGE) == ScoreRange(0, 100)
