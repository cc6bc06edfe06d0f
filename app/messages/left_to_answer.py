"""How many questions are left of what was begun: counted when a reminder leaves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.interview.kinds import registry
from app.interview.path import path
from app.interview.questionnaire import Profile
from app.questionnaires.publish import stored_as

_BEGUN = text("""
    SELECT cases.id, cases.kind, cases.population, responses.answers, responses.questionnaire_id,
           questionnaires.digest
      FROM cases JOIN responses ON responses.case_id = cases.id
      JOIN questionnaires ON questionnaires.id = responses.questionnaire_id
     WHERE cases.id = ANY(:ids) AND cases.disposition = 'started'
     ORDER BY cases.id
""")


def questions_left(session: Session, case_ids: Collection[int]) -> dict[int, int]:
    """Of these cases, those that were begun: how many questions wait for an answer."""
    if not case_ids:
        return {}
    rows = session.execute(_BEGUN, {"ids": sorted(case_ids)})
    return {row.id: _n_left(session, row) for row in rows}


def _n_left(session: Session, row: Row[Any]) -> int:
    questionnaire = stored_as(session, row.questionnaire_id, row.digest)
    answers = {
        code: registry.from_json(questionnaire.question(code), kept["value"])
        for code, kept in row.answers.items()
        if kept["value"] is not None and code in questionnaire
    }
    return len(path(questionnaire, Profile(row.kind, row.population), answers).missing)
