"""Which wave asks what of a territory today: where every use case of this room starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, Select, Text, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.cases.waves import EFFECTIVE_END
from app.collect.refusals import (
    AlreadySubmitted,
    NoLongerAsked,
    NotYourTheme,
    WaveEnded,
)
from app.collect.stored_answers import values_of
from app.interview.conditions import Profile
from app.interview.path import Path, path
from app.interview.questionnaire import Questionnaire
from app.models.campaigns import Batch, QuestionnaireVersion, Wave
from app.models.cases import Case, SurveyResponse
from app.questionnaires.publish import stored_as
from app.vocabulary.dispositions import D
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import Respondent

GONE = frozenset({D.OUT_OF_FRAME, D.DUPLICATE})

Territory = InstrumentedAttribute[int] | BindParameter[int]
"""How a query names the territory that it is about."""


def current_wave(territory_id: Territory) -> Select[int]:
    """The latest wave that asks something of this territory and has begun to invite.

    The next one is opened early, for its prenotices: until it invites, the one before stays
    current, and its link still tells so when it has ended. While none has invited, the latest.
    """
    wave, asked = aliased(Wave), aliased(Case)
    invites = exists().where(Batch.wave_id == wave.id, Batch.invited_at.is_not(None))
    return (
        select(wave.id)
        .join(asked, asked.wave_id == wave.id)
        .where(asked.territory_id == territory_id, wave.opened_at.is_not(None))
        .order_by(invites.desc(), wave.opens_at.desc(), wave.id.desc())
        .limit(1)
        .correlate_except(wave, asked)
    )


def themes_asked(territory_id: Territory) -> Select[Sequence[str]]:
    """The themes that the current wave asks of this territory, as one array, in any order."""
    current = current_wave(territory_id)
    return (
        select(func.array_agg(Case.theme))
        .where(Case.wave_id == current.scalar_subquery(), Case.territory_id == territory_id)
        .correlate_except(Case)
    )


def themes_left(territory_id: Territory) -> Select[Sequence[str], Sequence[str]]:
    """`themes_asked`, and those of them that have not left the frame since; either may be null."""
    left = func.array_agg(Case.theme).filter(Case.disposition.not_in(sorted(GONE)))
    return themes_asked(territory_id).add_columns(left)


@dataclass(frozen=True, slots=True)
class ByTheme:
    """A statement on a territory's cases, for one theme and for several; both are written once.

    Composing them at each call cost more than PostgreSQL took to answer. And PostgreSQL keeps the
    plan of the first; the second it plans anew each time, as its cost hangs on how many there are.
    """

    one: Select[*tuple[Any, ...]]
    several: Select[*tuple[Any, ...]]

    @classmethod
    def of(cls, cases: Select[*tuple[Any, ...]]) -> ByTheme:
        """The statement, without its condition on themes, for both."""
        several = func.any(bindparam("themes", type_=ARRAY(Text)))
        return cls(
            cases.where(Case.theme == bindparam("theme")), cases.where(Case.theme == several)
        )

    def rows(
        self, session: Session, respondent: Respondent, themes: Sequence[str], **values: object
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        """What it finds of these themes: each of them, or refused."""
        if not set(themes) <= set(respondent.themes):
            raise NotYourTheme
        asked = {"territory_id": respondent.territory_id, **values}
        if len(themes) == 1:
            found = session.execute(self.one, {**asked, "theme": themes[0]}).all()
        else:
            found = session.execute(self.several, {**asked, "themes": list(themes)}).all()
        if len(found) < len(set(themes)):
            raise NotYourTheme
        return found


CASES = (
    select(Case, SurveyResponse, QuestionnaireVersion.digest, EFFECTIVE_END.label("ends_at"))
    .join(SurveyResponse, SurveyResponse.case_id == Case.id)
    .join(QuestionnaireVersion, QuestionnaireVersion.id == SurveyResponse.questionnaire_id)
    .join(Wave, Wave.id == Case.wave_id)
    .where(
        Case.wave_id == current_wave(bindparam("territory_id")).scalar_subquery(),
        Case.territory_id == bindparam("territory_id"),
    )
    # The order in which rows are locked: a mail being recorded locks by case id as well.
    .order_by(Case.id)
)
"""The cases that the current wave asks of a territory, with their responses; for `held_in`."""

_READ = ByTheme.of(CASES)
_LOCKED = ByTheme.of(
    CASES.with_for_update(of=(SurveyResponse, Case)).execution_options(populate_existing=True)
)


@dataclass(slots=True)
class Held:
    """One case and its response; `hold` read them in a transaction that holds both rows."""

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
    """Lock the response and the case of one theme, for whoever may still write to it."""
    (held,) = hold_all(session, respondent, [theme], now=now)
    return held


def hold_all(
    session: Session, respondent: Respondent, themes: Sequence[str], *, now: datetime
) -> list[Held]:
    """`hold` for several themes, locked and told in the order of their cases' ids.

    All in one statement, a response before its case: locking the response alone let four devices
    each move the case, and locking in another order waited for ever for a mail being recorded.
    """
    held = _held(session, _LOCKED, respondent, themes)
    for one in held:
        if one.ends_at <= now:
            raise WaveEnded(ended_on=day_month_year(one.ends_at))
        if D(one.case.disposition) in GONE:
            raise NoLongerAsked
    return held


def hold_draft(session: Session, respondent: Respondent, theme: str, *, now: datetime) -> Held:
    """`hold`, for what a submitted theme refuses."""
    held = hold(session, respondent, theme, now=now)
    if held.response.submitted_at is not None:
        raise AlreadySubmitted
    return held


def look(session: Session, respondent: Respondent, theme: str) -> Held:
    """One theme, to read only."""
    (seen,) = _held(session, _READ, respondent, [theme])
    return seen


def look_at_all(session: Session, respondent: Respondent) -> list[Held]:
    """Every theme of the respondent, to read only."""
    return _held(session, _READ, respondent, respondent.themes)


def look_at_open(session: Session, respondent: Respondent, *, now: datetime) -> list[Held]:
    """Every theme of the respondent that the wave still asks, to read only; at least one."""
    seen = look_at_all(session, respondent)
    ends_at = max(one.ends_at for one in seen)
    if ends_at <= now:
        raise WaveEnded(ended_on=day_month_year(ends_at))
    asked = [one for one in seen if D(one.case.disposition) not in GONE]
    if not asked:
        raise NoLongerAsked
    return asked


def _held(
    session: Session, cases: ByTheme, respondent: Respondent, themes: Sequence[str]
) -> list[Held]:
    return [held_in(session, *row) for row in cases.rows(session, respondent, themes)]


def held_in(
    session: Session, case: Case, response: SurveyResponse, digest: str, ends_at: datetime
) -> Held:
    """A row of `CASES`."""
    return Held(case, response, stored_as(session, response.questionnaire_id, digest), ends_at)
