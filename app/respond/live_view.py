"""What the script of an open page is told: values to compare, and the markup to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from app.collect.authors import just_answered
from app.collect.live import mark_of
from app.collect.open import Opened
from app.collect.saved import Saved
from app.interview.french import NBSP
from app.interview.questionnaire import Section
from app.respond.item_view import Dispute, Item, items_of
from app.respond.section_view import parts_of
from app.web.skin import fragment


def state_of(
    token: str,
    seen: Opened,
    section: str,
    saved: Saved | None,
    known: Collection[str],
    now: datetime,
) -> dict[str, object]:
    """A section as it stands, as JSON.

    `saved`: what became of a sending, None when nothing was sent. `known`: the questions that the
    page shows already, whose markup need not be sent again.
    """
    here = next(s for s in seen.path.sections if s.code == section)
    fates = fates_of(saved) if saved else {}
    answered, asked = seen.path.progress
    return {
        "mark": mark_of({code: answer.event for code, answer in seen.answers.items()}),
        "fates": fates,
        "elsewhere": _elsewhere(seen, here, fates),
        "answered": answered,
        "asked": asked,
        "progress": fragment("section_parts.html", "progress", answered, asked),
        "sections": fragment("section_parts.html", "parts", parts_of(token, seen, section)),
        "questions": [_question(seen, item, known) for item in items_of(seen, here, saved, now)],
    }


def _elsewhere(seen: Opened, here: Section, fates: Mapping[str, str]) -> list[dict[str, object]]:
    """Questions of other sections whose answer, kept off line until now, is to be seen to."""
    return [
        {"code": one.code, "number": number, "section": section.code, "title": section.title}
        for number, one in enumerate(seen.path.asked, start=1)
        if fates.get(one.code) in ("refused", "conflict") and one not in here.questions
        for section in [seen.questionnaire.section_of(one.code)]
    ]


def fates_of(saved: Saved) -> dict[str, str]:
    """What became of each answer sent, in one word."""
    told = dict.fromkeys(saved.kept, "kept")
    told |= dict.fromkeys(saved.unchanged + saved.repeated, "unchanged")
    told |= {one.question: "conflict" for one in saved.conflicts}
    return told | {one.question: "refused" for one in saved.refused}


def _question(seen: Opened, item: Item, known: Collection[str]) -> dict[str, object]:
    code = item.question.code
    answer = seen.answers.get(code)
    by = answer.by if answer else ""
    return {
        "code": code,
        "number": item.number,
        "event": item.seen,
        "raw": item.entered,
        "by": by,
        "at": answer.at.isoformat() if answer else "",
        "saved": item.saved,
        "news": f"{just_answered(by)} à la question{NBSP}{item.number}." if by else "",
        "error": item.error,
        "conflict": _conflict(item.conflict) if item.conflict else None,
        "html": "" if code in known else fragment("widgets.html", "ask", item),
    }


def _conflict(dispute: Dispute) -> dict[str, object]:
    """Both answers; the form chooses one with `<code>.keep`, and sends `mine` as `<code>.mine`."""
    return {
        "opening": dispute.opening,
        "counted": dispute.counted,
        "counted_by": dispute.counted_by,
        "mine": dispute.mine,
        "mine_by": dispute.mine_by,
        "mine_raw": dispute.mine_raw,
        "note": dispute.note,
    }
