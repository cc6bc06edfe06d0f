"""What statistics are made from: the submitted responses of a wave, one row a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.collect.stored_answers import values_of
from app.interview.conditions import Profile
from app.interview.path import path
from app.interview.questionnaire import Questionnaire
from app.interview.values import Value
from app.models.cases import Case, SurveyResponse
from app.models.territories import Territory, TerritoryDepartement
from app.questionnaires.publish import stored
from app.vocabulary.dispositions import SUBMITTED


@dataclass(frozen=True, slots=True)
class SubmittedFigure:
    """One theme handed in by one authority, confidential ones included: for computing only."""

    case_id: int
    territory_id: int
    kind: str
    region: str | None
    departements: tuple[str, ...]
    stratum: str
    population: int | None
    theme: str
    questionnaire: Questionnaire
    profile: Profile
    answers: Mapping[str, Value]
    n_asked: int
    n_answered: int  # "Je ne sais pas" included
    n_dont_know: int  # item nonresponse, told apart: see `handled`


def submitted_figures(session: Session, wave_id: int) -> Iterator[SubmittedFigure]:
    """Every submitted response of the wave, ordered by case; read by the thousand."""
    lies_in = (
        select(func.array_agg(TerritoryDepartement.departement_code))
        .where(TerritoryDepartement.territory_id == Case.territory_id)
        .correlate(Case)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            *(Case.id, Case.territory_id, Case.kind, Case.stratum, Case.population, Case.theme),
            Territory.region_code,
            lies_in.label("departements"),
            *(SurveyResponse.questionnaire_id, SurveyResponse.answers),
        )
        .join(SurveyResponse, SurveyResponse.case_id == Case.id)
        .join(Territory, Territory.id == Case.territory_id)
        .where(
            Case.wave_id == wave_id,
            Case.disposition.in_(SUBMITTED),
            SurveyResponse.submitted_at.is_not(None),
        )
        .order_by(Case.id),
        execution_options={"yield_per": 1000},
    )
    asked: dict[int, Questionnaire] = {}
    for row in rows:
        if row.questionnaire_id not in asked:
            asked[row.questionnaire_id] = stored(session, row.questionnaire_id)
        questionnaire, profile = asked[row.questionnaire_id], Profile(row.kind, row.population)
        answers = values_of(questionnaire, row.answers)
        walked = path(questionnaire, profile, answers)
        yield SubmittedFigure(
            case_id=row.id,
            territory_id=row.territory_id,
            kind=row.kind,
            region=row.region_code,
            departements=tuple(sorted(row.departements or ())),
            stratum=row.stratum,
            population=row.population,
            theme=row.theme,
            questionnaire=questionnaire,
            profile=profile,
            answers=answers,
            n_asked=len(walked.asked),
            n_answered=len(walked.counted),
            n_dont_know=walked.n_dont_know,
        )
