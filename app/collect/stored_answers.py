"""Answers between JSONB (`{question: {"value": …, "event": id}}`) and the engine's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.interview.kinds import registry
from app.interview.questionnaire import Question, Questionnaire
from app.interview.values import Json, Value


def value_of(question: Question, raw: object) -> Value | None:
    """A stored value; None when the answer was cleared or erased."""
    return None if raw is None else registry.from_json(question, raw)


def json_of(question: Question, value: Value | None) -> Json:
    """The value as stored; a cleared answer is null."""
    return None if value is None else registry.to_json(question, value)


def values_of(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, Value]:
    """What the engine is given: no cleared answer, no question of another version."""
    read = {
        code: value_of(questionnaire.question(code), stored["value"])
        for code, stored in answers.items()
        if code in questionnaire
    }
    return {code: value for code, value in read.items() if value is not None}
