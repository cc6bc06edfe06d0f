"""Plausible answers, and short ways to give them."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st
from sqlalchemy import select

from app.collect.entries import Entry
from app.collect.open import Opened, opened
from app.collect.save import save
from app.collect.saved import Saved
from app.interview.path import path
from app.interview.questionnaire import Question, Questionnaire
from app.interview.values import DONT_KNOW, Json, Value
from app.models.cases import AnswerEvent, Case, SurveyResponse
from app.questionnaires.load import load_all
from app.vocabulary.scope import Respondent
from tests.world import World

_FORMS = {one.theme: one for one in load_all()}


def plausible(question: Question) -> Value:
    """A value that this question accepts."""
    if question.kind == "multiple":
        return (question.choices[0].code,)
    if question.choices:
        return question.choices[0].code
    if question.kind == "text":
        return "Une réponse"
    return question.minimum or 10


def answer_to(question: Question) -> st.SearchStrategy[Value]:
    """What every way in may carry as it is."""
    specials = st.sampled_from(question.specials) if question.specials else st.nothing()
    if question.kind == "multiple":
        free = [c.code for c in question.choices if not c.exclusive]
        alone = [(c.code,) for c in question.choices if c.exclusive]
        several = st.sets(st.sampled_from(free), min_size=1).map(
            lambda some: tuple(code for code in free if code in some)
        )
        return several | specials | (st.sampled_from(alone) if alone else st.nothing())
    if question.choices:
        return st.sampled_from([choice.code for choice in question.choices]) | specials
    if question.kind == "text":
        return st.sampled_from(["Une école", "L’office, au bourg", "12 rue Haute"]) | specials
    least = question.minimum or 0
    most = question.maximum if question.maximum is not None else 100
    return st.integers(least, min(most, 5_000)) | specials


def every_answer_kept(world: World) -> list[tuple[Question, Json]]:
    """All that was ever kept, with its question: two themes may give one the same code."""
    with world.db.reading() as session:
        rows = session.execute(
            select(Case.theme, AnswerEvent.question, AnswerEvent.value)
            .join(SurveyResponse, SurveyResponse.id == AnswerEvent.response_id)
            .join(Case, Case.id == SurveyResponse.case_id)
        ).all()
    return [(_FORMS[theme].question(code), value) for theme, code, value in rows]


def whole(questionnaire: Questionnaire, seen: Opened) -> dict[str, Value]:
    """An answer to everything that is asked on the way."""
    given: dict[str, Value] = {}
    while (question := path(questionnaire, seen.profile, given).next()) is not None:
        given[question.code] = plausible(question)
    return given


def opens(world: World, who: Respondent, theme: str = "inclusion") -> Opened:
    with world.db.reading() as session:
        return opened(session, who, theme, now=world.now)


def says(
    world: World,
    who: Respondent,
    answers: Mapping[str, Value | None],
    *,
    source: str,
    theme: str = "inclusion",
    seen: Mapping[str, int] | None = None,
) -> Saved:
    """One sending, of someone who had these events in front of them."""
    shown = seen or {}
    entries = [Entry(code, value, shown.get(code)) for code, value in answers.items()]
    return save(world.db, who, theme, entries, source=source, now=world.now)


def answers_all(world: World, who: Respondent, theme: str = "inclusion") -> None:
    seen = opens(world, who, theme)
    says(world, who, whole(seen.questionnaire, seen), source="form:everything", theme=theme)


UNSURE = DONT_KNOW
