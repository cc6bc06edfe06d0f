"""The context of a section's page, from what is open and what a refused page said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.collect.live import mark_of
from app.collect.open import Opened
from app.collect.saved import Saved
from app.interview.path import Path
from app.interview.questionnaire import Section
from app.respond.addresses import of_section
from app.respond.forms import new_nonce
from app.respond.frame import frame
from app.respond.item_view import Item, items_of
from app.respond.kept import kept_under
from app.respond.validation_view import remarks_of
from app.web.assets import script_address

_ENOUGH = 2  # suggestions for blank questions, below which one button for all saves nothing


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
class Live:
    """What the page's script is told; without it the page does the same with its buttons."""

    script: str
    steady: str  # the script that keeps what is under the pointer where it is
    answer_url: str
    state_url: str
    mark: str  # what stood when the page was made; see app.collect.live
    kept_under: str  # the name under which the browser keeps what could not be sent


def theme_words(seen: Opened) -> ThemeWords:
    """The theme's number and name."""
    return ThemeWords(seen.theme.code, seen.theme.number, seen.theme.name)


def section_context(
    token: str, seen: Opened, section: str, saved: Saved | None, now: datetime
) -> dict[str, object]:
    """What `section.html` needs. `saved`: what became of the page when it must be shown again."""
    sections = seen.path.sections
    rank = next(i for i, s in enumerate(sections, start=1) if s.code == section)
    here = sections[rank - 1]
    answered, asked = seen.path.progress
    items = items_of(seen, here, saved, now)
    return {
        **frame(token, seen.authority, seen.wave),
        "theme": theme_words(seen),
        "section": Place(here.title, rank, len(sections)),
        "answered": answered,
        "asked": asked,
        "items": items,
        "sections": parts_of(token, seen, section),
        "save_url": of_section(token, seen.theme.code, section),
        "unchanged_url": _unchanged_url(token, seen, section, items),
        "nonce": new_nonce(),
        "saved_count": _kept_all_the_same(items, seen.path),
        "has_previous": rank > 1,
        "is_last": rank == len(sections),
        "live": _live(token, seen, section),
        "remarks": remarks_of(seen),
    }


def parts_of(token: str, seen: Opened, current: str) -> list[Part]:
    """The sections that ask something, in the list beside the page."""
    theme = seen.theme.code
    return [
        part(s, seen.path, of_section(token, theme, s.code), current) for s in seen.path.sections
    ]


def part(section: Section, path: Path, url: str, current: str) -> Part:
    """A section's progress in words."""
    asked = len(section.questions)
    answered = sum(q.code in path.counted for q in section.questions)
    state = "submitted" if answered == asked else "started" if answered else "todo"
    noun = "question" if (answered if answered else asked) < 2 else "questions"
    after = f"{answered} {noun} sur {asked}" if answered else f"{asked} {noun}"
    return Part(section.title, url, state, after, section.code == current)


def _live(token: str, seen: Opened, section: str) -> Live:
    address = of_section(token, seen.theme.code, section)
    return Live(
        script=script_address("answer.js"),
        steady=script_address("steady.js"),
        answer_url=f"{address}/reponse",
        state_url=f"{address}/etat",
        mark=mark_of({code: answer.event for code, answer in seen.answers.items()}),
        kept_under=kept_under(seen.case_id),
    )


def _unchanged_url(token: str, seen: Opened, section: str, items: list[Item]) -> str:
    """Where "rien n’a changé" leads, "" when it would spare nothing."""
    if sum(item.suggestion is not None for item in items) < _ENOUGH:
        return ""
    return url_for("respond.confirm_unchanged", token=token, theme=seen.theme.code, section=section)


def _kept_all_the_same(items: list[Item], path: Path) -> int:
    """How many other answers of a refused page are saved."""
    if not any(item.error for item in items):
        return 0
    others = (item for item in items if not item.error and item.conflict is None)
    return sum(item.question.code in path.counted for item in others)
