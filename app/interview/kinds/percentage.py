"""A share, in percent, from 0 to 100; decimals are accepted."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.interview.french import NBSP, number
from app.interview.kinds.kind import Kind, written
from app.interview.kinds.numbers import parse_number
from app.interview.questionnaire import Question
from app.interview.values import Misread, Value


class Percentage(Kind):
    name = "percentage"

    def expects(self, question: Question) -> str:
        least, most = _bounds(question)
        return f"Indiquez un pourcentage entre {least} et {most}."

    def read_parts(self, question: Question, parts: Sequence[str]) -> Value | Misread:
        value = parse_number(parts[0], "%") if len(parts) == 1 else None
        if value is None or self.check_value(question, value):
            return written(self.expects(question), " ".join(parts))
        if 0 < value < 1:
            meant = f"{number(round(value * 100, 2))}{NBSP}%"
            return written(f"Écrivez {meant} si c’est votre réponse, sinon 0 ou 1.", parts[0])
        return value

    def check_value(self, question: Question, value: Value) -> Misread | None:
        least, most = _bounds(question)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and math.isfinite(value) and least <= value <= most:  # type: ignore[arg-type,operator]
            return None
        return written(self.expects(question), str(value))

    def show_value(self, question: Question, value: Value) -> str:  # noqa: ARG002
        shown = number(value) if isinstance(value, int | float) else str(value)
        return f"{shown}{NBSP}%"

    def from_stored(self, raw: object) -> Value | None:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return None
        return raw


def _bounds(question: Question) -> tuple[int, int]:
    least = 0 if question.minimum is None else question.minimum
    return least, 100 if question.maximum is None else question.maximum
