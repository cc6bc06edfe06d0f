"""Short factories and hypothesis strategies for the engine's tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from app.interview.conditions import Condition
from app.interview.kinds.scale import scale_choices
from app.interview.questionnaire import (
    Advice,
    Choice,
    Profile,
    Question,
    Questionnaire,
    Section,
)
from app.interview.values import Value

VILLAGE = Profile("commune", 240)
ADVICE = Advice("Faites-le.", "France services", "https://www.france-services.gouv.fr", "Le faire")

PLACES = (
    Choice("france_services", "France services", 1),
    Choice("library", "Médiathèque ou bibliothèque", 1),
    Choice("digital_space", "Espace public numérique", 1),
    Choice("centre", "Centre social", 1),
    Choice("none", "Aucun de ces lieux", 0, exclusive=True),
)


def ask(code: str, kind: str = "scale", **more: Any) -> Question:
    """A question of that kind, worth nothing unless told."""
    bare = tuple(replace(place, points=None) for place in PLACES)
    choices = {"scale": scale_choices({}), "single": bare[:3], "multiple": bare}.get(kind, ())
    given = {"text": f"{code}\u00a0?", "short": code, "why": "Parce que.", "choices": choices}
    return Question(code=code, kind=kind, **(given | more))


def worth(code: str, yes: int = 4, planned: int = 2, **more: Any) -> Question:
    """A scale that counts, with its advice."""
    choices = scale_choices({"yes": yes, "planned": planned, "no": 0})
    return ask(code, choices=choices, advice=ADVICE, **more)


def questionnaire(*questions: Question) -> Questionnaire:
    """Those questions, two to a section."""
    sections = tuple(
        Section(f"part_{i}", f"Partie {i}", questions[i : i + 2])
        for i in range(0, len(questions), 2)
    )
    return Questionnaire("inclusion", 1, 1, "Inclusion numérique", 8, sections)


def values_of(question: Question) -> st.SearchStrategy[Value]:
    """Any answer the question accepts."""
    codes = [choice.code for choice in question.choices]
    ordinary: st.SearchStrategy[Value]
    if question.kind in ("single", "scale"):
        ordinary = st.sampled_from(codes)
    elif question.kind == "multiple":
        alone = [c.code for c in question.choices if c.exclusive]
        several = [code for code in codes if code not in alone]
        together = st.sets(st.sampled_from(several), min_size=1)
        ordinary = together.map(lambda some: tuple(code for code in codes if code in some))
        ordinary |= st.sampled_from([(code,) for code in codes])
    elif question.kind == "integer":
        ordinary = st.integers(question.minimum or 0, question.maximum or 10**9)
    elif question.kind == "percentage":
        ordinary = st.integers(0, 100)
    else:
        ordinary = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40)
    if not question.specials:
        return ordinary
    return ordinary | st.sampled_from(question.specials)


profiles = st.builds(
    Profile,
    st.sampled_from(["commune", "epci", "departement", "region"]),
    st.none() | st.integers(0, 7_000_000),
)


@st.composite
def conditions_on(draw: st.DrawFn, earlier: list[Question]) -> Condition:
    """A condition on the territory or on one earlier question."""
    if not earlier or draw(st.booleans()):
        return draw(
            st.sampled_from(
                [
                    Condition("population_at_least", 3500),
                    Condition("population_less_than", 30000),
                    Condition("kinds", ("commune", "epci")),
                ]
            )
        )
    on = draw(st.sampled_from(earlier))
    code = on.choices[0].code if on.choices else ""
    operators: dict[str, list[tuple[str, Any]]] = {
        "scale": [("is", "yes"), ("is_not", "yes"), ("any_of", ("planned", "no"))],
        "single": [("is", code), ("is_not", code)],
        "multiple": [("includes", code), ("includes_any", (code, "centre"))],
        "integer": [("at_least", 10), ("less_than", 10)],
        "percentage": [("at_least", 50), ("less_than", 50)],
        "text": [],
    }
    usable = [*operators[on.kind], ("answered", True), ("answered", False)]
    operator, operand = draw(st.sampled_from(usable))
    return Condition(operator, operand, on.code)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """A questionnaire of any kinds, whose conditions look back."""
    asked: list[Question] = []
    kinds = st.sampled_from(["single", "multiple", "scale", "integer", "percentage", "text"])
    for i in range(draw(st.integers(1, 8))):
        conditions = draw(st.lists(conditions_on(asked), max_size=2))
        asked.append(
            ask(
                f"q_{i}",
                draw(kinds),
                conditions=tuple(conditions),
                not_concerned=draw(st.booleans()),
            )
        )
    return questionnaire(*asked)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Questionnaire, Profile, dict[str, Value]]:
    """A questionnaire, someone, and answers to any of its questions, asked or not."""
    form = draw(questionnaires())
    some = draw(st.sets(st.sampled_from(form.questions)))
    answers = {question.code: draw(values_of(question)) for question in some}
    return form, draw(profiles), answers
