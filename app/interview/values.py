"""What an answer may be, and what comes back when it could not be read.

A value is small, frozen and comparable with `==`: a choice's code or a short text (`str`), several
codes in the questionnaire's order (`tuple`), a number (`int`, or `float` for a percentage with
decimals), or one of the two special answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Special(Enum):
    """An answer that says why there is no other one. Its `value` is what a form field sends."""

    DONT_KNOW = "dont_know"
    NOT_CONCERNED = "not_concerned"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {Special.DONT_KNOW: "Je ne sais pas", Special.NOT_CONCERNED: "Non concerné"}

DONT_KNOW = Special.DONT_KNOW
NOT_CONCERNED = Special.NOT_CONCERNED

SPECIAL_CODES = frozenset(special.value for special in Special)

Value: TypeAlias = Special | str | int | float | tuple[str, ...]

Answers: TypeAlias = Mapping[str, Value]
"""Question code → value. Never holds a cleared answer: leave its key out."""

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


@dataclass(frozen=True, slots=True)
class Misread:
    """What was sent is not an answer: one French sentence that says what to send instead."""

    sentence: str
