"""A whole number with its unit and bounds."""

from __future__ import annotations

from collections.abc import Sequence

from app.interview.french import number, with_unit
from app.interview.kinds.kind import Kind, written
from app.interview.kinds.numbers import parse_number
from app.interview.questionnaire import Question
from app.interview.values import Misread, Value

# Larger than anything a local authority counts, smaller than what JSON and PostgreSQL keep exactly.
LARGEST = 999_999_999_999


def bounds(question: Question) -> tuple[int, int]:
    """The least and the greatest value accepted; nothing counted is below zero by default."""
    least = 0 if question.minimum is None else question.minimum
    return least, LARGEST if question.maximum is None else question.maximum


class Integer(Kind):
    name = "integer"

    def expects(self, question: Question) -> str:
        least, most = bounds(question)
        if question.maximum is None:
            return f"Indiquez un nombre entier, à partir de {number(least)}."
        return f"Indiquez un nombre entier entre {number(least)} et {number(most)}."

    def read_parts(self, question: Question, parts: Sequence[str]) -> Value | Misread:
        value = parse_number(parts[0], question.unit) if len(parts) == 1 else None
        if not isinstance(value, int):
            return written(self.expects(question), " ".join(parts))
        if self.check_value(question, value):
            return written(self.expects(question), parts[0])
        return value

    def check_value(self, question: Question, value: Value) -> Misread | None:
        least, most = bounds(question)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return None
        return written(self.expects(question), str(value))

    def show_value(self, question: Question, value: Value) -> str:
        return with_unit(value, question.unit) if isinstance(value, int | float) else str(value)

    def from_stored(self, raw: object) -> Value | None:
        return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
