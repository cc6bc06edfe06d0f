"""How long a questionnaire takes to whoever has most to answer.

Reading speed: adults read non-fiction silently at 238 words a minute on average, most of them
between 175 and 300 (M. Brysbaert, "How many words do we read per minute?", Journal of Memory and
Language 109, 2019: 190 studies, in English). French says the same in more words, and the person
at a town hall is interrupted: we count with 200.

The times to think and to answer are ours, to be set against what campaigns will measure. They
suppose that the person knows the authority; looking a figure up takes longer than answering.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TypeAlias

from app.interview.conditions import Profile
from app.interview.patterns import Way, explore
from app.interview.questionnaire import Question, Questionnaire
from app.interview.reading import words
from app.vocabulary.territory_kinds import TerritoryKind

WORDS_A_MINUTE = 200

SECONDS_TO_ANSWER: Mapping[str, float] = {
    "scale": 8,  # yes, planned, no: the same three every time
    "single": 9,
    "multiple": 6,  # and `SECONDS_A_BOX` for each box to decide on
    "percentage": 20,  # an estimate has to be made
    "integer": 20,
    "text": 40,
}
SECONDS_A_BOX = 2
SECONDS_AROUND = 60
"""To find one's way in at the start, look the answers through and send them."""


def seconds_of(question: Question) -> float:
    """Seconds to read a question (text, help, choices), think and answer."""
    labels = [choice.label for choice in question.choices]
    n_words = sum(len(words(text)) for text in (question.text, question.help, *labels))
    boxes = len(question.choices) if question.kind == "multiple" else 0
    thinking = SECONDS_TO_ANSWER[question.kind] + SECONDS_A_BOX * boxes
    return 60 * n_words / WORDS_A_MINUTE + thinking


def longest_path(questionnaire: Questionnaire, profile: Profile) -> tuple[Question, ...]:
    """The questions of the path that takes longest, over all that this profile may answer."""
    start: _Timed = (0.0, ())
    return explore(questionnaire, profile, start, _one_more, _longer)[1]


def longest_minutes(questionnaire: Questionnaire, profile: Profile) -> float:
    """Minutes that the longest path of this profile takes."""
    path = longest_path(questionnaire, profile)
    return (SECONDS_AROUND + sum(map(seconds_of, path))) / 60


def told_minutes(questionnaire: Questionnaire) -> int:
    """Whole minutes to announce: those of whoever has most to answer, rounded up."""
    profiles = profiles_of(questionnaire)
    return ceil(max(longest_minutes(questionnaire, profile) for profile in profiles))


def profiles_of(questionnaire: Questionnaire) -> tuple[Profile, ...]:
    """One profile for each way in which its conditions tell territories apart."""
    bounds = {
        condition.operand
        for question in questionnaire.questions
        for condition in question.conditions
        if condition.operator in ("population_at_least", "population_less_than")
        and isinstance(condition.operand, int)
    }
    return tuple(
        Profile(kind.value, population)
        for kind, least in _SMALLEST.items()
        for population in sorted({least, *(bound for bound in bounds if bound > least)})
    )


_SMALLEST: Mapping[TerritoryKind, int] = {
    TerritoryKind.COMMUNE: 0,
    TerritoryKind.EPCI: 0,
    TerritoryKind.DEPARTEMENT: 50_000,
    TerritoryKind.REGION: 100_000,
}
"""Inhabitants that no authority of the kind falls below: a région is never asked as a village."""


_Timed: TypeAlias = tuple[float, tuple[Question, ...]]


def _one_more(so_far: _Timed, question: Question, way: Way) -> _Timed:  # noqa: ARG001
    return so_far[0] + seconds_of(question), (*so_far[1], question)


def _longer(one: _Timed, other: _Timed) -> _Timed:
    return one if one[0] >= other[0] else other
