"""When a question is asked: every operator, on answers given, absent and special."""

from __future__ import annotations

import pytest

from app.interview.conditions import ANSWER_OPERATORS, Condition, Operand, Profile, holds
from app.interview.values import DONT_KNOW, Value

VILLAGE = Profile("commune", 240)


@pytest.mark.parametrize(
    ("operator", "operand", "value", "expected"),
    [
        ("is", "yes", "yes", True),
        ("is", "yes", "no", False),
        ("is", "dont_know", DONT_KNOW, True),
        ("is_not", "yes", "no", True),
        ("is_not", "yes", "yes", False),
        ("is_not", "yes", DONT_KNOW, True),
        ("any_of", ("planned", "no"), "no", True),
        ("any_of", ("no", "dont_know"), DONT_KNOW, True),
        ("any_of", ("planned", "no"), "yes", False),
        ("includes", "library", ("library", "centre"), True),
        ("includes", "library", ("centre",), False),
        ("includes", "library", DONT_KNOW, False),
        ("includes_any", ("library", "bus"), ("bus",), True),
        ("includes_any", ("library", "bus"), ("centre",), False),
        ("at_least", 10, 10, True),
        ("at_least", 10, 9.5, False),
        ("at_least", 0, DONT_KNOW, False),
        ("less_than", 10, 9.5, True),
        ("less_than", 10, 10, False),
        ("answered", True, DONT_KNOW, True),
        ("answered", False, "no", False),
    ],
)
def test_an_answer_opens_or_closes(
    operator: str, operand: Operand, value: Value, expected: bool
) -> None:
    assert holds(Condition(operator, operand, "q"), VILLAGE, {"q": value}) is expected


@pytest.mark.parametrize("operator", [o for o in ANSWER_OPERATORS if o != "answered"])
def test_nothing_is_asked_before_its_reason_is_known(operator: str) -> None:
    assert not holds(Condition(operator, "yes", "q"), VILLAGE, {})


def test_a_question_may_be_for_those_who_left_another_blank() -> None:
    assert holds(Condition("answered", False, "q"), VILLAGE, {})


@pytest.mark.parametrize(
    ("operator", "operand", "profile", "expected"),
    [
        ("kinds", ("commune",), VILLAGE, True),
        ("kinds", ("epci", "region"), VILLAGE, False),
        ("population_at_least", 3500, Profile("commune", 3500), True),
        ("population_at_least", 3500, Profile("commune", 3499), False),
        ("population_less_than", 3500, Profile("commune", 0), True),
        ("population_less_than", 3500, Profile("commune", None), True),
        ("population_at_least", 3500, Profile("commune", None), False),
    ],
)
def test_the_territory_opens_or_closes(
    operator: str, operand: Operand, profile: Profile, expected: bool
) -> None:
    assert holds(Condition(operator, operand), profile, {}) is expected
