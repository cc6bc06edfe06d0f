"""Confirm suggestions: they become ordinary answers, which say where they came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.collect.entries import Entry
from app.collect.prefill import Suggestion, for_blanks, suggestions
from app.collect.save import save_into
from app.collect.saved import Saved
from app.collect.standing import Held, hold_draft
from app.collect.stored_answers import values_of
from app.db import Database
from app.interview.conditions import Profile
from app.interview.path import path
from app.interview.questionnaire import Questionnaire
from app.interview.values import Answers
from app.vocabulary.scope import Respondent


def confirm(
    db: Database,
    respondent: Respondent,
    theme: str,
    codes: Collection[str],
    *,
    source: str,
    now: datetime,
) -> Saved:
    """Save what is suggested now for these questions; one answered meanwhile is left alone."""
    with db.transaction() as session:
        held = hold_draft(session, respondent, theme, now=now)
        found = suggestions(session, held, follows_another=True)
        blanks = for_blanks(found, held.walked())
        taken = {code: one for code, one in blanks.items() if code in codes}
        return _save(session, held, respondent, taken, source, now)


def confirm_section(
    db: Database,
    respondent: Respondent,
    theme: str,
    section: str,
    *,
    source: str,
    now: datetime,
) -> Saved:
    """Nothing has changed: save every suggestion of a section's blank questions at once."""
    with db.transaction() as session:
        held = hold_draft(session, respondent, theme, now=now)
        found = suggestions(session, held, follows_another=True)
        values = values_of(held.questionnaire, held.response.answers)
        taken = unchanged(held.questionnaire, held.profile, values, found, section)
        return _save(session, held, respondent, taken, source, now)


def unchanged(
    questionnaire: Questionnaire,
    profile: Profile,
    given: Answers,
    found: Mapping[str, Suggestion],
    section: str,
) -> dict[str, Suggestion]:
    """Pure. The suggestions to confirm, those of the questions that they bring included.

    One at a time, in the path's order, as a person would: an answer may bring a question, or
    take one away. No question comes twice, so it ends.
    """
    taken: dict[str, Suggestion] = {}
    for _ in questionnaire.questions:
        values = {**given, **{code: one.value for code, one in taken.items()}}
        blanks = for_blanks(found, path(questionnaire, profile, values), section=section)
        if not blanks:
            break
        code, first = next(iter(blanks.items()))
        taken[code] = first
    return taken


def _save(
    session: Session,
    held: Held,
    respondent: Respondent,
    taken: Mapping[str, Suggestion],
    source: str,
    now: datetime,
) -> Saved:
    answers = held.response.answers
    entries = [
        Entry(code, one.value, (answers.get(code) or {}).get("event"), one.origin)
        for code, one in taken.items()
    ]
    return save_into(session, held, respondent, entries, source=source, now=now)
