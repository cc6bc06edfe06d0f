"""The context of a section's page, from what is open and what a refused page said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.collect.authors import YOU, just_answered
from app.collect.entries import RefusedEntry
from app.collect.open import Answer, Opened
from app.collect.saved import Conflict, Saved
from app.interview.french import NBSP, capital
from app.interview.kinds import registry
from app.interview.path import Path
from app.interview.questionnaire import Question, Section
from app.interview.values import Special, Value
from app.respond.addresses import of_section
from app.respond.forms import new_nonce
from app.respond.frame import frame
from app.vocabulary.french_dates import when
from app.vocabulary.scope import CHANNEL_LABELS, Channel


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """A theme as the pages name it."""

    code: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """Which section of how many."""

    title: str
    rank: int
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """A section in the list beside the page."""

    title: str
    url: str
    state: str
    after: str
    current: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two answers to one question, in words."""

    counted: str
    counted_by: str
    mine: str
    mine_by: str
    mine_raw: list[str]
    note: str
    opening: str  # who answered meanwhile, no final stop


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the page; see `widgets.html`."""

    question: Question
    number: int
    entered: list[str]
    seen: str
    saved: str
    error: str
    conflict: Dispute | None


def theme_words(seen: Opened) -> ThemeWords:
    """The theme's number and name."""
    return ThemeWords(seen.theme.code, seen.theme.number, seen.theme.name)


def section_context(
    token: str, seen: Opened, section: str, saved: Saved | None, now: datetime
) -> dict[str, object]:
    """What `section.html` needs. `saved`: what became of the page when it must be shown again."""
    sections = seen.path.sections
    rank = next(i for i, s in enumerate(sections, start=1) if s.code == section)
    refused = {one.question: one for one in saved.refused} if saved else {}
    disputed = {one.question: one for one in saved.conflicts} if saved else {}
    here = sections[rank - 1]
    answered, asked = seen.path.progress
    theme = seen.theme.code
    return {
        **frame(token, seen.authority, seen.wave),
        "theme": theme_words(seen),
        "section": Place(here.title, rank, len(sections)),
        "answered": answered,
        "asked": asked,
        "items": _items(seen, here, refused, disputed, now),
        "sections": [
            part(s, seen.path, of_section(token, theme, s.code), section) for s in sections
        ],
        "save_url": of_section(token, theme, section),
        "nonce": new_nonce(),
        "saved_count": _kept_all_the_same(here, seen.path, refused, disputed),
        "has_previous": rank > 1,
        "is_last": rank == len(sections),
    }


def part(section: Section, path: Path, url: str, current: str) -> Part:
    """A section's progress in words."""
    asked = len(section.questions)
    answered = sum(q.code in path.counted for q in section.questions)
    state = "submitted" if answered == asked else "started" if answered else "todo"
    noun = "question" if (answered if answered else asked) < 2 else "questions"
    after = f"{answered} {noun} sur {asked}" if answered else f"{asked} {noun}"
    return Part(section.title, url, state, after, section.code == current)


def raw_of(value: Value | None) -> list[str]:
    """The strings that a form would send for this value; one empty string to clear."""
    if value is None:
        return [""]
    if isinstance(value, Special):
        return [value.value]
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str):
        return [value]
    return [f"{value}".replace(".", ",")]


def _items(
    seen: Opened,
    section: Section,
    refused: Mapping[str, RefusedEntry],
    disputed: Mapping[str, Conflict],
    now: datetime,
) -> list[Item]:
    numbers = {q.code: i for i, q in enumerate(seen.path.asked, start=1)}
    items = []
    for question in section.questions:
        answer = seen.answers.get(question.code)
        wrong, dispute = refused.get(question.code), disputed.get(question.code)
        given = answer.value if answer else None
        entered = [] if given is None else raw_of(given)
        items.append(
            Item(
                question=question,
                number=numbers[question.code],
                entered=list(wrong.typed) if wrong else entered,
                seen=str(answer.event) if answer else "",
                saved=_saved(answer, now) if answer and given is not None else "",
                error=wrong.sentence if wrong else "",
                conflict=_dispute(question, dispute, now) if dispute else None,
            )
        )
    return items


def _saved(answer: Answer, now: datetime) -> str:
    """`Enregistrée par vous, à 10 h 42`; the channel is told when it is not this one."""
    return f"Enregistrée par {_by(answer, now)}"


def _by(answer: Answer, now: datetime) -> str:
    told = f"{answer.by}, {when(answer.at, now)}"
    if answer.channel is Channel.WEB:
        return told
    return f"{told}, {CHANNEL_LABELS[answer.channel]}"


def _dispute(question: Question, conflict: Conflict, now: datetime) -> Dispute:
    counted = conflict.counted
    who = "la réponse déjà enregistrée avec ce lien" if counted.by == YOU else "la première"
    first = "Avec ce même lien" if counted.by == YOU else capital(counted.by)
    return Dispute(
        counted=_said(question, counted.value),
        counted_by=f"{first}{_by(counted, now).removeprefix(counted.by)}",
        mine=_said(question, conflict.mine),
        mine_by="Vous, à l’instant, sur cette page",
        mine_raw=raw_of(conflict.mine),
        note=f"Sans choix de votre part, c’est {who} qui compte.",
        opening=just_answered(counted.by),
    )


def _said(question: Question, value: Value | None) -> str:
    return f"Sans{NBSP}réponse" if value is None else registry.show(question, value)


def _kept_all_the_same(
    section: Section,
    path: Path,
    refused: Mapping[str, RefusedEntry],
    disputed: Mapping[str, Conflict],
) -> int:
    """How many other answers of a refused page are saved."""
    if not refused:
        return 0
    others = (q.code for q in section.questions if q.code not in {*refused, *disputed})
    return sum(code in path.counted for code in others)
