"""Open a submitted theme again, until the wave ends."""

from __future__ import annotations

from datetime import datetime

from app.cases.record import record
from app.collect.open import REOPENED
from app.collect.standing import hold
from app.db import Database
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Respondent
from app.vocabulary.themes import BY_CODE


def reopen(db: Database, respondent: Respondent, theme: str, *, now: datetime) -> bool:
    """Make a submitted theme a draft again; False if it was one already.

    A confidential theme starts blank: its answers stay in the history and are never shown.
    """
    with db.transaction() as session:
        held = hold(session, respondent, theme, now=now)
        response = held.response
        if response.submitted_at is None:
            return False
        response.submitted_at = None
        response.submitted_by_kind = None
        response.submitted_by_id = None
        if BY_CODE[theme].confidential:
            response.answers = {}
        record(session, held.case, D.STARTED, why=REOPENED, by=respondent.author, at=now)
        return True
