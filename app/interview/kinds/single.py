"""One choice among several."""

from __future__ import annotations

from collections.abc import Sequence

from app.interview.kinds.kind import Kind, written
from app.interview.questionnaire import Question
from app.interview.values import Misread, Value


class Single(Kind):
    name = "single"
    has_choices = True

    def expects(self, question: Question) -> str:  # noqa: ARG002
        return "Choisissez une seule réponse dans la liste."

    def read_parts(self, question: Question, parts: Sequence[str]) -> Value | Misread:
        return parts[0] if len(parts) == 1 else Misread(self.expects(question))

    def check_value(self, question: Question, value: Value) -> Misread | None:
        if isinstance(value, str) and question.choice(value):
            return None
        return written(self.expects(question), str(value))

    def show_value(self, question: Question, value: Value) -> str:
        choice = question.choice(str(value))
        return choice.label if choice else str(value)

    def from_stored(self, raw: object) -> Value | None:
        return raw if isinstance(raw, str) else None
