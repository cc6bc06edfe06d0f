"""The end of a wave: what was begun and never handed in becomes a partial or a break-off."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.cases.record import record_many
from app.cases.waves import effective_end
from app.interview.kinds import registry
from app.interview.path import path
from app.interview.questionnaire import Profile, Questionnaire
from app.questionnaires.publish import stored
from app.vocabulary.dispositions import Completeness, D
from app.vocabulary.scope import Author

_STARTED = text("""
    SELECT cases.id, cases.kind, cases.population, responses.answers, responses.questionnaire_id
      FROM responses JOIN cases ON cases.id = responses.case_id
     WHERE cases.wave_id = :wave_id AND cases.disposition = 'started'
     ORDER BY responses.id FOR UPDATE OF responses, cases
""")
_WITH_STARTED = text("""
    SELECT DISTINCT wave_id FROM cases WHERE disposition = 'started' ORDER BY wave_id
""")


def close(session: Session, wave_id: int, completeness: Completeness, *, now: datetime) -> int:
    """Move every started case to what its share of answered questions makes of it."""
    ends: dict[D, list[int]] = defaultdict(list)
    for row in session.execute(_STARTED, {"wave_id": wave_id}).all():
        questionnaire = stored(session, row.questionnaire_id)
        ends[completeness.at_wave_end(_share_answered(questionnaire, row))].append(row.id)
    return sum(
        len(record_many(session, cases, to, why="wave ended", by=Author.system(), at=now))
        for to, cases in ends.items()
    )


def ended_waves(session: Session, now: datetime) -> list[int]:
    """The waves past their effective end that still have started cases."""
    waves = session.scalars(_WITH_STARTED).all()
    return [wave_id for wave_id in waves if effective_end(session, wave_id) < now]


def _share_answered(questionnaire: Questionnaire, row: Row[Any]) -> float:
    answers = {
        code: registry.from_json(questionnaire.question(code), kept["value"])
        for code, kept in row.answers.items()
        if kept["value"] is not None and code in questionnaire
    }
    profile = Profile(row.kind, row.population)
    return path(questionnaire, profile, answers).share_answered
