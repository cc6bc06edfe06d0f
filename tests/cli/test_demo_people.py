"""The simulated respondents: plausible, varied, and the same at every run."""

from __future__ import annotations

from collections import Counter
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli.demo.answers import fields, maturity, rng_of, typed
from app.cli.demo.people import Authority, Way, colleague_of, people_of
from app.interview.conditions import Profile
from app.interview.kinds import registry
from app.interview.path import path
from app.interview.typed import read_typed
from app.interview.values import Misread
from app.questionnaires.load import load_all

QUESTIONNAIRES = {questionnaire.theme: questionnaire for questionnaire in load_all()}
COMMUNES = [Authority(n, "commune", f"{n:05d}", f"Ville {n}", 50 * n) for n in range(1, 301)]


def test_a_larger_authority_is_further_on_average() -> None:
    def average(population: int) -> float:
        return mean(maturity("commune", population, "inclusion", Random(n)) for n in range(300))

    assert average(200) < average(5_000) < average(80_000)


def test_themes_differ() -> None:
    def average(theme: str) -> float:
        return mean(maturity("commune", 2_000, theme, Random(n)) for n in range(300))

    assert average("cybersecurite") < average("inclusion") < average("communication")


def test_people_are_the_same_at_every_run() -> None:
    assert people_of(COMMUNES) == people_of(list(reversed(COMMUNES)))


def test_more_than_half_of_those_reached_answer_and_some_do_otherwise() -> None:
    people = people_of(COMMUNES)
    ways = Counter(person.way for person in people)

    assert 0.9 < len(people) / len(COMMUNES) < 0.98
    assert 5 < sum(person.bounces for person in people) < 25
    assert all(ways[way] for way in Way)
    silent = ways[Way.SILENT] + ways[Way.DECLINES]
    assert 0.45 < 1 - silent / len(people) < 0.7


def test_one_mailbox_serves_two_communes_and_all_are_invalid() -> None:
    mailboxes = Counter(person.email for person in people_of(COMMUNES))

    assert sorted(mailboxes.values())[-2:] == [1, 2]
    assert all(email.endswith(".invalid") for email in mailboxes)


def test_a_colleague_has_another_mailbox() -> None:
    person = people_of(COMMUNES)[0]

    assert colleague_of(person) != person.email


@pytest.mark.parametrize("theme", list(QUESTIONNAIRES))
@settings(deadline=None)
@given(level=st.floats(0.03, 0.97), population=st.integers(0, 100_000), seed=st.integers())
def test_every_answer_can_be_read_on_a_form_and_in_a_chat(
    theme: str, level: float, population: int, seed: int
) -> None:
    asked = path(QUESTIONNAIRES[theme], Profile("commune", population), {}).asked
    for question in asked:
        given_parts = fields(question, level, population, Random(seed))
        if given_parts:
            value = registry.read(question, given_parts)
            assert not isinstance(value, Misread), value
            assert read_typed(question, typed(question, given_parts)) == value


def test_chance_differs_between_authorities_and_purposes() -> None:
    assert rng_of("commune", "23096", "a").random() != rng_of("commune", "23096", "b").random()
