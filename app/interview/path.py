"""The path through a questionnaire: computed from the answers at every turn, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from app.interview.questionnaire import Profile, Question, Questionnaire, Section
from app.interview.values import DONT_KNOW, Answers, Value


class Progress(NamedTuple):
    """How many of the questions asked have an answer."""

    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Path:
    """What is asked of one authority today, and the answers that count among those it gave."""

    questionnaire: Questionnaire
    asked: tuple[Question, ...]
    counted: Mapping[str, Value]

    @property
    def missing(self) -> tuple[Question, ...]:
        """The questions asked and not answered, in order."""
        return tuple(q for q in self.asked if q.code not in self.counted)

    @property
    def progress(self) -> Progress:
        return Progress(len(self.counted), len(self.asked))

    @property
    def share_answered(self) -> float:
        """From 0 to 1; 1 when nothing is asked."""
        return len(self.counted) / len(self.asked) if self.asked else 1.0

    @property
    def n_dont_know(self) -> int:
        """How many of the answers that count are "Je ne sais pas": answered, yet told apart."""
        return sum(value is DONT_KNOW for value in self.counted.values())

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections that ask something, in order, each with its asked questions only."""
        asked = {q.code for q in self.asked}
        kept = (
            replace(section, questions=tuple(q for q in section.questions if q.code in asked))
            for section in self.questionnaire.sections
        )
        return tuple(section for section in kept if section.questions)

    def asks(self, code: str) -> bool:
        """Whether the question is asked."""
        return any(q.code == code for q in self.asked)

    def next(self) -> Question | None:
        """The first question without an answer; None when all is answered."""
        return next((q for q in self.asked if q.code not in self.counted), None)

    def next_after(self, code: str) -> Question | None:
        """The first question without an answer after that one, which may be off the path."""
        return next((q for q in self._after(code) if q.code not in self.counted), None)

    def after(self, code: str) -> Question | None:
        """The question asked just after that one, answered or not."""
        return next(iter(self._after(code)), None)

    def before(self, code: str) -> Question | None:
        """The question asked just before that one; None at the start."""
        place = self.questionnaire.place
        earlier = [q for q in self.asked if place(q.code) < place(code)]
        return earlier[-1] if earlier else None

    def out_of_reach(self, answers: Answers) -> tuple[str, ...]:
        """Codes of the answers kept but not counted, because their question is not asked now."""
        lost = [code for code in answers if code not in self.counted]
        known = sorted((c for c in lost if c in self.questionnaire), key=self.questionnaire.place)
        return (*known, *sorted(c for c in lost if c not in self.questionnaire))

    def _after(self, code: str) -> tuple[Question, ...]:
        place = self.questionnaire.place
        return tuple(q for q in self.asked if place(q.code) > place(code))


def path(questionnaire: Questionnaire, profile: Profile, answers: Answers) -> Path:
    """Walk the questionnaire once, from the first question to the last.

    A condition sees only the answers counted before it, so the walk cannot loop, and an answer
    that a change has put out of reach stays in `answers` but is not counted.
    """
    asked: list[Question] = []
    counted: dict[str, Value] = {}
    for question in questionnaire.questions:
        if not question.asked_when(profile, counted):
            continue
        asked.append(question)
        if question.code in answers:
            counted[question.code] = answers[question.code]
    return Path(questionnaire, tuple(asked), MappingProxyType(counted))
