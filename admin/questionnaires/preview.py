"""Walking a questionnaire as any authority would, nothing being saved. Pure.

What was answered travels in the page's own form, as a browser sends it; the engine does the rest,
as it does for a respondent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.interview.conditions import Profile
from app.interview.duration import SECONDS_AROUND, longest_minutes, seconds_of
from app.interview.kinds import registry
from app.interview.kinds.kind import is_blank
from app.interview.path import Path, path
from app.interview.questionnaire import Question, Questionnaire, Section
from app.interview.scoring import Score, score
from app.interview.values import Misread, Value
from app.respond.item_view import Item
from app.vocabulary.territory_kinds import TerritoryKind

LONGEST = 300  # characters of one answer: all of them travel in the page's address
PROFILES: tuple[tuple[str, Profile], ...] = (
    ("Commune de 240 habitants", Profile("commune", 240)),
    ("Commune de 4\u00a0000 habitants", Profile("commune", 4_000)),
    ("Commune de 35\u00a0000 habitants", Profile("commune", 35_000)),
    ("Intercommunalité de 22\u00a0000 habitants", Profile("epci", 22_000)),
    ("Département de 116\u00a0000 habitants", Profile("departement", 116_000)),
    ("Région de 5\u00a0900\u00a0000 habitants", Profile("region", 5_900_000)),
)
"""Those that the nine questionnaires are tried with."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the whole: asked or not by these answers, and whether it just changed."""

    question: Question
    asked: bool
    answered: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of the walk. `here` is None once the last section is passed."""

    profile: Profile
    path: Path
    here: Section | None
    rank: int
    items: tuple[Item, ...]
    elsewhere: tuple[tuple[str, str], ...]  # answers to the other sections' questions
    parts: tuple[tuple[Section, tuple[Line, ...]], ...]
    score: Score | None
    minutes: float  # what this path takes
    most_minutes: float  # what the longest path of this profile takes

    @property
    def last(self) -> str:
        """The last section that asks something; empty when none does."""
        return self.path.sections[-1].code if self.path.sections else ""

    @property
    def asked(self) -> str:
        """The codes asked now, for the next page to tell what changed."""
        return " ".join(question.code for question in self.path.asked)


def profile_of(kind: str, population: str) -> Profile:
    """The profile of what was typed; a village when it is none."""
    known = kind if kind in {*TerritoryKind} else TerritoryKind.COMMUNE.value
    digits = re.sub(r"\D", "", population)[:8]
    return Profile(known, int(digits)) if digits.isascii() and digits else Profile(known, 240)


def walk(
    form: Questionnaire,
    profile: Profile,
    typed: Mapping[str, Sequence[str]],
    *,
    section: str,
    go: str,
    before: Collection[str],
) -> Preview:
    """The page that `go` (next, back, or anything else to stay) leads to from that section."""
    parts = {
        q.code: tuple(part[:LONGEST] for part in typed[q.code])
        for q in form.questions
        if q.code in typed and not is_blank(typed[q.code])
    }
    answers, wrong = _read(form, parts)
    walked = path(form, profile, answers)
    here = _place(walked, section, go, wrong)
    shown = {q.code for q in here.questions} if here else set()
    asked = {q.code for q in walked.asked}
    return Preview(
        profile=profile,
        path=walked,
        here=here,
        rank=walked.sections.index(here) + 1 if here else 0,
        items=_items(walked, here, parts, wrong),
        elsewhere=tuple((code, p) for code, ps in parts.items() if code not in shown for p in ps),
        parts=tuple(
            (part, tuple(_line(q, asked, answers, before) for q in part.questions))
            for part in form.sections
        ),
        score=score(form, walked),
        minutes=(SECONDS_AROUND + sum(map(seconds_of, walked.asked))) / 60,
        most_minutes=longest_minutes(form, profile),
    )


def _read(
    form: Questionnaire, parts: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Value], dict[str, str]]:
    """The values, and the sentence about each that could not be read."""
    answers: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for code, typed in parts.items():
        value = registry.read(form.question(code), typed)
        if isinstance(value, Misread):
            wrong[code] = value.sentence
        else:
            answers[code] = value
    return answers, wrong


def _place(walked: Path, section: str, go: str, wrong: Collection[str]) -> Section | None:
    """Where the button leads; the same section while something of it is to mend."""
    order = [part.code for part in walked.questionnaire.sections]
    now = order.index(section) if section in order else 0
    places = [(order.index(part.code), part) for part in walked.sections]
    stuck = {q.code for q in walked.questionnaire.sections[now].questions} & set(wrong)
    first = places[0][1] if places else None  # a questionnaire may ask nothing of a profile
    if go == "next" and not stuck:
        return next((part for place, part in places if place > now), None)
    if go == "back":
        return next((part for place, part in reversed(places) if place < now), first)
    return next((part for place, part in places if place >= now), first)


def _items(
    walked: Path,
    here: Section | None,
    parts: Mapping[str, Sequence[str]],
    wrong: Mapping[str, str],
) -> tuple[Item, ...]:
    numbers = {q.code: rank for rank, q in enumerate(walked.asked, start=1)}
    return tuple(
        Item(
            question=question,
            number=numbers[question.code],
            entered=list(parts.get(question.code, ())),
            seen="",
            saved="",
            error=wrong.get(question.code, ""),
            conflict=None,
        )
        for question in (here.questions if here else ())
    )


def _line(
    question: Question,
    asked: Collection[str],
    answers: Mapping[str, Value],
    before: Collection[str],
) -> Line:
    is_asked = question.code in asked
    changed = bool(before) and is_asked is not (question.code in before)
    return Line(question, is_asked, is_asked and question.code in answers, changed)
