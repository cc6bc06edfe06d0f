"""Several choices; an exclusive one ("Aucun") stands alone."""

from __future__ import annotations

from collections.abc import Sequence

from app.interview.french import quoted
from app.interview.kinds.kind import Kind, written
from app.interview.questionnaire import Question
from app.interview.values import Misread, Value


class Multiple(Kind):
    name = "multiple"
    has_choices = True

    def expects(self, question: Question) -> str:  # noqa: ARG002
        return "Choisissez une ou plusieurs réponses dans la liste."

    def read_parts(self, question: Question, parts: Sequence[str]) -> Value | Misread:
        unknown = [part for part in parts if not question.choice(part)]
        if unknown:
            return written(self.expects(question), unknown[0])
        return tuple(c.code for c in question.choices if c.code in parts)

    def check_value(self, question: Question, value: Value) -> Misread | None:
        if not isinstance(value, tuple) or not value:
            return Misread(self.expects(question))
        in_order = tuple(c.code for c in question.choices if c.code in value)
        if in_order != value:
            return Misread(self.expects(question))
        alone = next((c for c in question.choices if c.exclusive and c.code in value), None)
        if alone and len(value) > 1:
            label = quoted(alone.label)
            return Misread(f"Choisissez entre {label} et les autres réponses, pas les deux.")
        return None

    def show_value(self, question: Question, value: Value) -> str:
        codes = value if isinstance(value, tuple) else ()
        labels = [c.label for c in question.choices if c.code in codes]
        return "\u00a0; ".join(labels)

    def from_stored(self, raw: object) -> Value | None:
        if isinstance(raw, list) and all(isinstance(code, str) for code in raw):
            return tuple(raw)
        return None
