"""Reads, in bulk, what the cards of a publication are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.collect.figures import SubmittedFigure, submitted_figures
from app.errors import Refused
from app.interview.path import path
from app.interview.scoring import score
from app.models.campaigns import Campaign, Wave, WaveQuestionnaire
from app.models.cases import Case, SurveyResponse
from app.models.results import CaseScore
from app.models.territories import Indicator, Territory
from app.results import read
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.territory_kinds import TerritoryKind
from app.vocabulary.themes import BY_CODE
from reports.cards.content import Answered, Authority, Known, Setting, content_of
from reports.cards.peers import by_cell
from reports.cards.shown import CardContent, Upcoming
from reports.frame import Places, places


class NotApprovedYet(Refused):
    """Cards follow the approval of their publication."""

    sentence = (
        "Cette publication n’est pas encore approuvée par deux personnes. "
        "Faites-la approuver, puis demandez les fiches."
    )
    status = 409


@dataclass(frozen=True, slots=True)
class Prepared:
    """One card ready to be drawn."""

    territory_id: int
    content: CardContent


def prepared_cards(session: Session, publication_id: int, help_address: str) -> Iterator[Prepared]:
    """The cards of all who have a score in this publication, by territory."""
    publication = read.published(session, publication_id)
    if publication is None:
        raise NotApprovedYet
    wave = session.get_one(Wave, publication.wave_id)
    setting = Setting(
        publication=publication,
        wave=wave.label,
        millesime=wave.campaign.millesime,
        upcoming=tuple(_upcoming(session, wave)),
        figures=by_cell(read.comparisons(session, publication_id)),
        help_address=help_address,
    )
    answered = _answered(session, publication_id, publication.wave_id)
    authorities = _authorities(session, list(answered), places(session))
    known = _known(session, list(answered))
    for authority in authorities:
        content = content_of(
            authority, answered[authority.id], setting, known.get(authority.id, ())
        )
        yield Prepared(authority.id, content)


def _answered(
    session: Session, publication_id: int, wave_id: int
) -> Mapping[int, Sequence[Answered]]:
    frozen = {
        row.case_id: row.score
        for row in session.execute(
            select(CaseScore.case_id, CaseScore.score).where(
                CaseScore.publication_id == publication_id
            )
        )
    }
    sent_at = {
        row.case_id: row.submitted_at
        for row in session.execute(
            select(SurveyResponse.case_id, SurveyResponse.submitted_at)
            .join(Case, Case.id == SurveyResponse.case_id)
            .where(Case.wave_id == wave_id, SurveyResponse.submitted_at.is_not(None))
        )
    }
    found: dict[int, list[Answered]] = {}
    for row in submitted_figures(session, wave_id):
        if row.case_id in frozen:
            one = _one(row, frozen[row.case_id], sent_at[row.case_id])
            found.setdefault(row.territory_id, []).append(one)
    return found


def _one(row: SubmittedFigure, frozen: float, sent_at: datetime) -> Answered:
    walked = path(row.questionnaire, row.profile, row.answers)
    today = score(row.questionnaire, walked)
    changed = today is None or abs(today.value - frozen) > 1e-6
    return Answered(row.theme, frozen, walked, sent_at, changed)


def _authorities(session: Session, ids: list[int], known: Places) -> Iterator[Authority]:
    rows = session.scalars(
        select(Territory)
        .where(Territory.id == func.any(ids))
        .order_by(Territory.sort_name, Territory.id)
    ).all()
    for row in rows:
        departement = row.departement_code or ""
        region = known.region_of.get(departement, row.region_code or "")
        named = known.names.get(("departement", departement))
        of_region = known.names.get(("region", region))
        yield Authority(
            id=row.id,
            kind=TerritoryKind(row.kind),
            code=row.code,
            name=row.name,
            population=row.population,
            stratum=row.stratum,
            departement=named.name if named else "",
            region_code=region if of_region else "",
            region=of_region.name if of_region else "",
        )


def _known(session: Session, ids: list[int], most: int = 5) -> Mapping[int, Sequence[Known]]:
    found: dict[int, list[Known]] = {}
    for row in session.scalars(
        select(Indicator)
        .where(Indicator.territory_id == func.any(ids))
        .order_by(Indicator.territory_id, Indicator.name)
    ):
        known = found.setdefault(row.territory_id, [])
        if len(known) < most:
            known.append(Known(row.name, row.value, row.source, row.as_of))
    return found


def _upcoming(session: Session, wave: Wave) -> Iterator[Upcoming]:
    """The waves of the campaign that come after this one."""
    rows = session.execute(
        select(Wave.opens_at, Wave.ends_at, func.array_agg(WaveQuestionnaire.theme).label("themes"))
        .join(WaveQuestionnaire, WaveQuestionnaire.wave_id == Wave.id)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(Campaign.id == wave.campaign_id, Wave.number > wave.number)
        .group_by(Wave.id)
        .order_by(Wave.number)
    )
    for row in rows:
        themes = sorted((BY_CODE[code] for code in row.themes), key=lambda theme: theme.number)
        yield Upcoming(
            f"Du {day_month_year(row.opens_at)} au {day_month_year(row.ends_at)}",
            tuple(f"{theme.number}. {theme.name}" for theme in themes),
        )
