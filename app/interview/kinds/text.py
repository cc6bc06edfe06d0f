"""A short text: a name, a web address, a few words."""

from __future__ import annotations

from collections.abc import Sequence

from app.interview.french import number, one_line
from app.interview.kinds.kind import Kind
from app.interview.questionnaire import Question
from app.interview.values import Misread, Value

MAX_LENGTH = 200
"""Characters, when the question says nothing."""


class Text(Kind):
    name = "text"

    def expects(self, question: Question) -> str:
        return f"Répondez en quelques mots, {_longest(question)} caractères au plus."

    def read_parts(
        self,
        question: Question,  # noqa: ARG002
        parts: Sequence[str],
    ) -> Value | Misread:
        return one_line(" ".join(parts))

    def check_value(self, question: Question, value: Value) -> Misread | None:
        if not isinstance(value, str) or not value or value != one_line(value):
            return Misread(self.expects(question))
        if len(value) > _longest(question):
            return Misread(
                f"Raccourcissez votre réponse\u00a0: elle compte {number(len(value))} caractères, "
                f"il en faut {_longest(question)} au plus."
            )
        return None

    def show_value(self, question: Question, value: Value) -> str:  # noqa: ARG002
        return str(value)

    def from_stored(self, raw: object) -> Value | None:
        return raw if isinstance(raw, str) else None


def _longest(question: Question) -> int:
    return MAX_LENGTH if question.max_length is None else question.max_length
