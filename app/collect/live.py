"""What a page that stays open asks now and then: whether a colleague answered meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from app.collect.refusals import AlreadySubmitted, WaveEnded
from app.collect.standing import Held, look
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import Respondent


def draft_mark(session: Session, respondent: Respondent, theme: str, *, now: datetime) -> str:
    """The mark of a draft as it stands; refused once nothing may be written to it any more."""
    seen = look(session, respondent, theme)
    if seen.ends_at <= now:
        raise WaveEnded(ended_on=day_month_year(seen.ends_at))
    if seen.response.submitted_at is not None:
        raise AlreadySubmitted
    return mark_of_draft(seen)


def mark_of_draft(held: Held) -> str:
    """The mark of a draft, for who has read it already."""
    answers = held.response.answers
    return mark_of({code: answers[code]["event"] for code in answers if code in held.questionnaire})


def mark_of(events: Mapping[str, int]) -> str:
    """Two drafts with the same mark hold the same answers: each has its event, never reused."""
    told = ";".join(f"{code}={events[code]}" for code in sorted(events))
    return sha256(told.encode()).hexdigest()[:20]
