"""A questionnaire as frozen values: what is asked, of whom, why, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from app.interview.conditions import Condition, Profile, holds
from app.interview.values import DONT_KNOW, NOT_CONCERNED, Answers, Special

__all__ = [
    "HOWS",
    "Advice",
    "Choice",
    "ComesFrom",
    "Condition",
    "Option",
    "Prefill",
    "Profile",
    "Question",
    "Questionnaire",
    "Section",
    "Threshold",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """One ready answer. `exclusive` (several choices only): it stands alone, as "Aucun"."""

    code: str
    label: str
    points: int | None = None
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """From this value on (a number or a percentage), the answer is worth these points."""

    at_least: float
    points: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do next when points are lost here, and who helps. `gain_label` names the gain."""

    text: str
    resource_name: str
    resource_url: str
    gain_label: str


@dataclass(frozen=True, slots=True)
class Prefill:
    """A public figure that may be proposed as an answer, never counted until it is confirmed.

    `indicator` names it (`app.panel.imports`); `values` pairs what it may say with the code of a
    choice, and is empty for numbers and texts, taken as they are.
    """

    indicator: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ComesFrom:
    """Which question of the former version this one continues, and how: see `lineage`."""

    question: str
    how: str  # same, reworded, split


HOWS = ("same", "reworded", "split")
"""`same`: the same answers mean the same; `reworded`: told anew, comparable with a note; `split`:
one part of a question that asked several things, not comparable by itself."""


class Option(NamedTuple):
    """A line one can pick: its number in a chat (from 1), the code a form sends, its label."""

    number: int
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `short` (45 characters at most) is its name in tables and on report cards.

    Points come from the choices, from `thresholds` for numbers, and are capped by `most_points`
    when several choices add up. All `conditions` must hold for the question to be asked.
    """

    code: str
    kind: str
    text: str
    short: str
    help: str = ""
    why: str = ""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    dont_know: bool = True
    not_concerned: bool = False
    conditions: tuple[Condition, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    most_points: int | None = None
    advice: Advice | None = None
    prefill: Prefill | None = None
    comes_from: ComesFrom | None = None

    def asked_when(self, profile: Profile, counted: Answers) -> bool:
        """Whether it is asked of this authority, given the answers counted before it."""
        for condition in self.conditions:  # noqa: SIM110  (`all()` made the walk a third slower)
            if not holds(condition, profile, counted):
                return False
        return True

    @property
    def counts(self) -> bool:
        """Whether its answers are worth points."""
        return bool(self.thresholds) or any(c.points is not None for c in self.choices)

    @property
    def specials(self) -> tuple[Special, ...]:
        """The special answers it accepts; "Je ne sais pas" comes last."""
        offered = ((NOT_CONCERNED, self.not_concerned), (DONT_KNOW, self.dont_know))
        return tuple(special for special, accepted in offered if accepted)

    @property
    def options(self) -> tuple[Option, ...]:
        """Every line one can pick, numbered in order: the choices, then the special answers."""
        lines = [(c.code, c.label) for c in self.choices]
        lines += [(s.value, s.label) for s in self.specials]
        return tuple(Option(i, code, label) for i, (code, label) in enumerate(lines, start=1))

    def choice(self, code: str) -> Choice | None:
        """The choice of that code, or None."""
        return next((c for c in self.choices if c.code == code), None)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand on one page, under one title."""

    code: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of one theme. `number` is the theme's rank (1–9), `minutes` what it takes.

    `dropped` names the questions of the former version that this one no longer asks.
    """

    theme: str
    number: int
    version: int
    title: str
    minutes: int
    sections: tuple[Section, ...]
    draft: bool = False
    simulated: bool = False
    dropped: tuple[str, ...] = ()
    questions: tuple[Question, ...] = field(init=False, repr=False, compare=False)
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        questions = tuple(q for section in self.sections for q in section.questions)
        object.__setattr__(self, "questions", questions)
        object.__setattr__(self, "_places", {q.code: i for i, q in enumerate(questions)})

    def place(self, code: str) -> int:
        """The question's rank from 0, in the order of asking. KeyError if unknown."""
        return self._places[code]

    def __contains__(self, code: object) -> bool:
        return code in self._places

    def question(self, code: str) -> Question:
        """The question of that code. KeyError if unknown."""
        return self.questions[self._places[code]]

    def section_of(self, code: str) -> Section:
        """The section that holds the question. KeyError if unknown."""
        question = self.question(code)
        return next(section for section in self.sections if question in section.questions)
