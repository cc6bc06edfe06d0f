"""The slow way: small questionnaires, and every answer tried one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from hypothesis import strategies as st

from app.interview.path import Path, path
from app.interview.questionnaire import Profile, Question, Questionnaire, Threshold
from app.interview.values import Value
from tests.interview.build import ADVICE, ask, conditions_on, profiles, questionnaire

THRESHOLDS = (Threshold(10, 1), Threshold(60, 3))


def every_value(question: Question) -> Iterator[Value]:
    """All the answers of a question; for numbers, all those around its turns."""
    yield from question.specials
    codes = [choice.code for choice in question.choices if not choice.exclusive]
    if question.kind == "multiple":
        yield from ((choice.code,) for choice in question.choices if choice.exclusive)
        for size in range(1, len(codes) + 1):
            yield from combinations(codes, size)
    elif codes:
        yield from codes
    elif question.kind == "text":
        yield "un mot"
    else:
        yield from (0, 9, 10, 49, 50, 59, 60, 100)


def walks(form: Questionnaire, profile: Profile, *, blanks: bool) -> Iterator[Path]:
    """Every path: each question that is asked gets each of its answers in turn."""

    def from_here(place: int, answers: dict[str, Value]) -> Iterator[Path]:
        walked = path(form, profile, answers)
        question = next((q for q in walked.asked if form.place(q.code) >= place), None)
        if question is None:
            yield walked
            return
        after = form.place(question.code) + 1
        if blanks:
            yield from from_here(after, answers)
        for value in every_value(question):
            yield from from_here(after, answers | {question.code: value})

    return from_here(0, {})


@st.composite
def small_forms(draw: st.DrawFn) -> tuple[Questionnaire, Profile]:
    """A questionnaire short enough for `walks`, some of it worth points, and someone."""
    asked: list[Question] = []
    kinds = st.sampled_from(["single", "multiple", "scale", "integer", "percentage", "text"])
    for i in range(draw(st.integers(1, 4))):
        question = ask(
            f"q_{i}",
            draw(kinds),
            conditions=tuple(draw(st.lists(conditions_on(asked), max_size=2))),
            not_concerned=draw(st.booleans()),
            dont_know=draw(st.booleans()),
        )
        # Three boxes are enough to be told apart; five make a thousand paths.
        few = question.choices[:2] + question.choices[-1:]
        asked.append(draw(weighed(replace(question, choices=few if few else ()))))
    return questionnaire(*asked), draw(profiles)


@st.composite
def weighed(draw: st.DrawFn, question: Question) -> Question:
    """The question, worth points or not; no rule of definitions is kept here."""
    if question.kind == "text" or not draw(st.booleans()):
        return question
    if not question.choices:
        return replace(question, thresholds=THRESHOLDS, advice=ADVICE)
    worth = st.integers(0, 6)
    choices = tuple(replace(choice, points=draw(worth)) for choice in question.choices)
    cap = draw(st.none() | st.integers(1, 6)) if question.kind == "multiple" else None
    return replace(question, choices=choices, most_points=cap, advice=ADVICE)
