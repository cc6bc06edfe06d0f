"""What every kind of question can do. A kind knows neither HTML nor chat."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from app.interview.french import NBSP, quoted
from app.interview.questionnaire import Question
from app.interview.values import SPECIAL_CODES, Json, Misread, Special, Value


class BadValue(ValueError):
    """A stored answer that its question cannot hold: damaged data, not a person's mistake."""


def is_blank(raw: str | Sequence[str]) -> bool:
    """Whether a form sent nothing for the question (no answer is not a mistake)."""
    return not filled(raw)


def filled(raw: str | Sequence[str]) -> list[str]:
    """The non-empty strings a form sent for one question."""
    parts = [raw] if isinstance(raw, str) else raw
    return [part.strip() for part in parts if part.strip()]


class Kind(ABC):
    """Reads what a form sent, checks bounds, shows in French, goes to and from JSON.

    Special answers are dealt with here, once: in JSON they are `{"special": "dont_know"}`, so
    that no text or choice can pass for one.
    """

    name: ClassVar[str]
    has_choices: ClassVar[bool] = False

    def read(self, question: Question, raw: str | Sequence[str]) -> Value | Misread:
        """The value of what a form field sent (several strings for ticked boxes)."""
        parts = filled(raw)
        if not parts:
            return Misread(self.expects(question))
        specials = [part for part in parts if part in SPECIAL_CODES]
        if specials and len(parts) > 1:
            label = quoted(Special(specials[0]).label)
            return Misread(f"Choisissez entre {label} et une autre réponse, pas les deux.")
        value = Special(specials[0]) if specials else self.read_parts(question, parts)
        if isinstance(value, Misread):
            return value
        return self.check(question, value) or value

    def check(self, question: Question, value: Value) -> Misread | None:
        """What is wrong with a value of this question, or None."""
        if not isinstance(value, Special):
            return self.check_value(question, value)
        if value in question.specials:
            return None
        label = quoted(value.label)
        return Misread(f"Cette question n’admet pas {label}. {self.expects(question)}")

    def show(self, question: Question, value: Value) -> str:
        """The value in French, for a page, a chat or a table."""
        return value.label if isinstance(value, Special) else self.show_value(question, value)

    def to_json(self, question: Question, value: Value) -> Json:
        """The value as stored."""
        if isinstance(value, Special):
            return {"special": value.value}
        wrong = self.check_value(question, value)
        if wrong:
            raise BadValue(f"{question.code}: {wrong.sentence}")
        return list(value) if isinstance(value, tuple) else value

    def from_json(self, question: Question, raw: object) -> Value:
        """The value that was stored. `BadValue` if it was none of this question's."""
        if isinstance(raw, dict) and set(raw) == {"special"} and raw["special"] in SPECIAL_CODES:
            return Special(raw["special"])
        value = self.from_stored(raw)
        if value is None or self.check_value(question, value):
            raise BadValue(f"{question.code}: not a stored {self.name}")
        return value

    @abstractmethod
    def expects(self, question: Question) -> str:
        """One French sentence that says what to answer."""

    @abstractmethod
    def read_parts(self, question: Question, parts: Sequence[str]) -> Value | Misread:
        """The ordinary value of non-empty strings."""

    @abstractmethod
    def check_value(self, question: Question, value: Value) -> Misread | None:
        """What is wrong with an ordinary value."""

    @abstractmethod
    def show_value(self, question: Question, value: Value) -> str:
        """An ordinary value in French."""

    @abstractmethod
    def from_stored(self, raw: object) -> Value | None:
        """An ordinary value out of JSON, bounds unchecked; None when the shape is wrong."""


def written(instruction: str, text: str) -> Misread:
    """The instruction, followed by what the person wrote."""
    return Misread(f"{instruction} Vous avez écrit{NBSP}: {quoted(text)}.")
