"""What each screen of the entry shows, from what is open. Nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from admin.console import console
from admin.entry.desk import Desk
from app.collect.entered import respondent_for
from app.collect.open import Opened, Submission
from app.collect.overview import Standing, overview
from app.collect.saved import Saved
from app.interview.kinds import registry
from app.interview.questionnaire import Section
from app.now import now
from app.respond.forms import new_nonce, pressed_of, shown_of
from app.respond.item_view import items_of
from app.vocabulary.scope import Author, Channel, Scope

STANDINGS = {
    Standing.TODO: ("todo", "À commencer"),
    Standing.SUBMITTED: ("done", "Envoyé"),
}
BEGUN = ("started", "En cours")


@dataclass(frozen=True, slots=True)
class Said:
    """One answer to read again; `said` is empty when blank."""

    number: int
    text: str
    said: str
    url: str


def start_screen(scope: Scope, by: Author, territory_id: int) -> dict[str, Any]:
    """The themes asked of an authority, and where each stands."""
    with console().house.db.reading() as reading:
        respondent = respondent_for(reading, scope, by, territory_id, Channel.PHONE)
        seen = overview(reading, respondent, now=now())
    return {
        "seen": seen,
        "territory_id": territory_id,
        "ended": seen.wave.ends_at <= now(),
        "themes": [(one.theme, *STANDINGS.get(one.standing, BEGUN)) for one in seen.themes],
    }


def section_screen(at: Desk, seen: Opened, section: str, saved: Saved | None) -> dict[str, Any]:
    """One section. `saved`: what became of the page when it must be shown again."""
    sections = seen.path.sections
    rank = next(i for i, one in enumerate(sections, start=1) if one.code == section)
    items = items_of(seen, sections[rank - 1], saved, now())
    return {
        "at": at,
        "seen": seen,
        "here": sections[rank - 1],
        "rank": rank,
        "n_sections": len(sections),
        "progress": seen.path.progress,
        "items": items,
        "wrong": [item for item in items if item.error],
        "disputed": [item for item in items if item.conflict],
        "nonce": new_nonce(),
    }


def review_screen(at: Desk, seen: Opened) -> dict[str, Any]:
    """Every answer by section."""
    numbers = {question.code: i for i, question in enumerate(seen.path.asked, start=1)}
    counted = seen.path.counted

    def said(section: Section) -> list[Said]:
        return [
            Said(
                numbers[question.code],
                question.text,
                registry.show(question, counted[question.code]) if question.code in counted else "",
                at.url("section", question.code, section=section.code),
            )
            for question in section.questions
        ]

    return {
        "at": at,
        "seen": seen,
        "sections": [(section.title, said(section)) for section in seen.path.sections],
        "n_blank": len(seen.path.missing),
        "n_dont_know": seen.path.n_dont_know,
    }


def done_screen(at: Desk, seen: Opened, handed_in: Submission) -> dict[str, Any]:
    """The receipt; a closed wave takes nothing back."""
    return {
        "at": at,
        "seen": seen,
        "handed_in": handed_in,
        "may_reopen": now() < seen.wave.ends_at,
        "others_url": url_for("saisie.index", territory_id=at.territory_id),
    }


def next_url(at: Desk, section: str, saved: Saved) -> str:
    """Where the key that was pressed leads, on the path that the answers make now."""
    go = pressed_of(request.form).go
    here = next((one for one in saved.path.sections if one.code == section), None)
    if go == "next" and here:
        # An answer of this very screen may have brought a question onto it.
        shown = shown_of(request.form)
        new = next((q for q in here.questions if q.code not in shown), None)
        if new:
            return at.url("section", new.code, section=section)
    other = _neighbour(saved, section, -1 if go == "back" else 1)
    if other is not None:
        return at.url("section", section=other)
    if go == "back":
        return url_for("saisie.index", territory_id=at.territory_id, theme=at.theme)
    return at.url("review")


def _neighbour(saved: Saved, section: str, step: int) -> str | None:
    """The nearest section that asks something, before (-1) or after (1) this one."""
    order = [one.code for one in saved.path.questionnaire.sections]
    here = order.index(section) if section in order else -1
    asking = [one.code for one in saved.path.sections]
    if step > 0:
        return next((code for code in asking if order.index(code) > here), None)
    return next((code for code in reversed(asking) if order.index(code) < here), None)
