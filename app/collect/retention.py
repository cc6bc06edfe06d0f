"""What the page "Données personnelles" promises about requests and teams, kept every night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.db import Database
from app.messages.retention import YEAR
from app.models.requests import Request
from app.models.teams import Assignment, Team
from app.vocabulary.requests import RequestState

REQUESTS_KEPT_YEARS = 3
""" "Demandes faites depuis un lien : trois ans" (`/donnees-personnelles`), from the asking."""
TEAMS_KEPT_YEARS = 3
""" "Équipe de la collectivité : trois ans" (the same page), from the last change."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows a night took away, or emptied."""

    n_words: int
    n_requests: int
    n_assignments: int
    n_teams: int


def purge_respondents_data(db: Database, *, now: datetime) -> Purged:
    """Forget old requests and teams; done again, it finds nothing.

    A request that still waits for the staff stays, without its text. The comments of validations
    are not here: they are append-only, and go with their author (`forget`).
    """
    requests_until = now - REQUESTS_KEPT_YEARS * YEAR
    teams_until = now - TEAMS_KEPT_YEARS * YEAR
    with db.transaction() as session:
        n_requests = _closed_requests(session, requests_until)
        n_words = _words(session, requests_until)
        given = delete(Assignment).where(Assignment.assigned_at < teams_until)
        n_assignments = len(session.scalars(given.returning(Assignment.theme)).all())
        teams = delete(Team).where(Team.changed_at < teams_until)
        n_teams = len(session.scalars(teams.returning(Team.territory_id)).all())
        return Purged(n_words, n_requests, n_assignments, n_teams)


def _closed_requests(session: Session, until: datetime) -> int:
    closed = delete(Request).where(Request.state != RequestState.OPEN, Request.asked_at < until)
    return len(session.scalars(closed.returning(Request.id)).all())


def _words(session: Session, until: datetime) -> int:
    said = update(Request).where(Request.words.is_not(None), Request.asked_at < until)
    return len(session.scalars(said.values(words=None).returning(Request.id)).all())
