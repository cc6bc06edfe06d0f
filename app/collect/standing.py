"""Which wave asks what of a territory today: where every use case of this room starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.cases.waves import effective_end
from app.collect.refusals import (
    AlreadySubmitted,
    NoLongerAsked,
    NothingAsked,
    NotYourTheme,
    WaveEnded,
)
from app.collect.stored_answers import values_of
from app.interview.conditions import Profile
from app.interview.path import Path, path
from app.interview.questionnaire import Questionnaire
from app.models.campaigns import Wave
from app.models.cases import Case, SurveyResponse
from app.questionnaires.publish import stored
from app.vocabulary.dispositions import D
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import Respondent

_GONE = frozenset({D.OUT_OF_FRAME, D.DUPLICATE})


def current_wave(territory_id: int) -> Select[int]:
    """The latest opened wave that asks something of this territory.

    A wave that has ended stays current until the next one opens: its link still tells so.
    """
    return (
        select(Wave.id)
        .join(Case, Case.wave_id == Wave.id)
        .where(Case.territory_id == territory_id, Wave.opened_at.is_not(None))
        .order_by(Wave.opens_at.desc(), Wave.id.desc())
        .limit(1)
    )


def current_wave_id(session: Session, territory_id: int) -> int:
    """The current wave's id; `NothingAsked` if there is none."""
    found = session.scalar(current_wave(territory_id))
    if found is None:
        raise NothingAsked
    return found


def themes_asked(session: Session, territory_id: int) -> tuple[str, ...]:
    """The themes that the current wave asks of this territory, in the order of their codes."""
    themes = session.scalars(
        select(Case.theme)
        .where(
            Case.wave_id == current_wave(territory_id).scalar_subquery(),
            Case.territory_id == territory_id,
        )
        .order_by(Case.theme)
    )
    return tuple(themes)


@dataclass(slots=True)
class Held:
    """One case and its response, inside a transaction that holds both rows."""

    case: Case
    response: SurveyResponse
    questionnaire: Questionnaire
    ends_at: datetime

    @property
    def profile(self) -> Profile:
        return Profile(self.case.kind, self.case.population)

    def walked(self) -> Path:
        """The path of the answers as they stand."""
        values = values_of(self.questionnaire, self.response.answers)
        return path(self.questionnaire, self.profile, values)


def hold(session: Session, respondent: Respondent, theme: str, *, now: datetime) -> Held:
    """Lock the response and the case of one theme, for whoever may still write to it.

    Both in one statement, the response first: locking the response alone let four devices each
    move the case.
    """
    row = _row(session, respondent, theme, lock=True)
    case, response = row
    ends_at = effective_end(session, case.wave_id)
    if ends_at <= now:
        raise WaveEnded(ended_on=day_month_year(ends_at))
    if D(case.disposition) in _GONE:
        raise NoLongerAsked
    return Held(case, response, stored(session, response.questionnaire_id), ends_at)


def hold_draft(session: Session, respondent: Respondent, theme: str, *, now: datetime) -> Held:
    """`hold`, for what a submitted theme refuses."""
    held = hold(session, respondent, theme, now=now)
    if held.response.submitted_at is not None:
        raise AlreadySubmitted
    return held


def look(session: Session, respondent: Respondent, theme: str) -> tuple[Case, SurveyResponse]:
    """The case and response of one theme, to read only."""
    case, response = _row(session, respondent, theme, lock=False)
    return case, response


def _row(
    session: Session, respondent: Respondent, theme: str, *, lock: bool
) -> Row[Case, SurveyResponse]:
    if theme not in respondent.themes:
        raise NotYourTheme
    asked: Select[Case, SurveyResponse] = (
        select(Case, SurveyResponse)
        .join(SurveyResponse, SurveyResponse.case_id == Case.id)
        .where(
            Case.wave_id == current_wave(respondent.territory_id).scalar_subquery(),
            Case.territory_id == respondent.territory_id,
            Case.theme == theme,
        )
    )
    if lock:
        asked = asked.with_for_update(of=(SurveyResponse, Case)).execution_options(
            populate_existing=True
        )
    row = session.execute(asked).one_or_none()
    if row is None:
        raise NotYourTheme
    return row
