"""Every kind by name, and the five things one does with an answer, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.interview.kinds.integer import Integer
from app.interview.kinds.kind import Kind
from app.interview.kinds.multiple import Multiple
from app.interview.kinds.percentage import Percentage
from app.interview.kinds.scale import Scale
from app.interview.kinds.single import Single
from app.interview.kinds.text import Text
from app.interview.questionnaire import Question
from app.interview.values import Json, Misread, Value

_ALL: tuple[Kind, ...] = (Single(), Multiple(), Scale(), Integer(), Percentage(), Text())

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})


def read(question: Question, raw: str | Sequence[str]) -> Value | Misread:
    """The value of what a form sent; a special answer comes as its code (`dont_know`)."""
    return KINDS[question.kind].read(question, raw)


def check(question: Question, value: Value) -> Misread | None:
    """What is wrong with a value, or None."""
    return KINDS[question.kind].check(question, value)


def show(question: Question, value: Value) -> str:
    """The value in French."""
    return KINDS[question.kind].show(question, value)


def expects(question: Question) -> str:
    """One French sentence that says what to answer."""
    return KINDS[question.kind].expects(question)


def to_json(question: Question, value: Value) -> Json:
    """The value as stored in JSONB."""
    return KINDS[question.kind].to_json(question, value)


def from_json(question: Question, raw: object) -> Value:
    """The value that was stored; `BadValue` if the question cannot hold it."""
    return KINDS[question.kind].from_json(question, raw)
