"""What a page sent too late, told back: nobody types an answer twice because a wave has ended.

Only what came with this very request is shown, never what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask.typing import ResponseReturnValue

from app.collect.entries import Entry, Form, read_entry
from app.collect.open import Opened, opened
from app.errors import Refused
from app.interview.kinds import registry
from app.interview.values import Misread
from app.links.opened import RevokedLink
from app.links.signed import BadLink
from app.now import now
from app.web.app_state import house
from app.web.links import respondent_in
from app.web.skin import page


@dataclass(frozen=True, slots=True)
class NotKept:
    """One answer that was sent and is saved nowhere; no question where it may not be told."""

    question: str
    said: str


def not_kept(
    token: str, theme: str, entries: Sequence[Entry], refused: Refused
) -> ResponseReturnValue:
    """The refusal, with the answers of the page that it turns away; alone, when there are none."""
    lost = _lost(_seen(token, theme), entries)
    if not lost:
        raise refused
    closed = isinstance(refused, BadLink | RevokedLink)
    body = page(
        "not_kept.html",
        sentence=str(refused),
        lost=lost,
        next_label="Demander un nouveau lien" if closed else "Revenir à vos thèmes",
        next_url=url_for("respond.new_link") if closed else url_for("respond.link", token=token),
    )
    return body, refused.status


def _seen(token: str, theme: str) -> Opened | None:
    """The theme, for whoever may still read it."""
    try:
        with house().db.reading() as session:
            return opened(session, respondent_in(session, token), theme, now=now())
    except Refused:
        return None


def _lost(seen: Opened | None, entries: Sequence[Entry]) -> list[NotKept]:
    told = [_told(seen, one, one.value.parts) for one in entries if isinstance(one.value, Form)]
    return [one for one in told if one is not None]


def _told(seen: Opened | None, entry: Entry, parts: Sequence[str]) -> NotKept | None:
    """In the words of the question; as it was sent, where they do not say it."""
    sent = ", ".join(part.strip() for part in parts if part.strip())
    if seen is None or entry.question not in seen.questionnaire:
        return NotKept("", sent) if sent else None
    question = seen.questionnaire.question(entry.question)
    value = read_entry(question, entry)
    stored = seen.answers.get(question.code)
    if value is None or (stored is not None and stored.value == value):
        return None
    return NotKept(
        question.text, sent if isinstance(value, Misread) else registry.show(question, value)
    )
