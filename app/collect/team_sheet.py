"""The plan of a team as it stands: the themes of the year, who has which, by when. Steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.cases.waves import EFFECTIVE_END
from app.collect.refusals import MayNotDelegate
from app.collect.standing import look_at_all
from app.collect.team_plan import PlanLine, TeamPlan, ThemeOfYear
from app.models.campaigns import Wave, WaveQuestionnaire
from app.models.contacts import Address, Contact
from app.models.teams import Assignment, Team
from app.vocabulary.scope import Respondent
from app.vocabulary.themes import BY_CODE


@dataclass(frozen=True, slots=True)
class Year:
    """The current campaign of an authority: what may still be shared out."""

    campaign_id: int
    wave_id: int
    ends_at: datetime  # of the current wave
    themes: tuple[ThemeOfYear, ...]  # the current wave's first, then by wave and official order


@dataclass(frozen=True, slots=True)
class TeamSheet:
    """The plan as it stands, as its form would send it."""

    year: Year
    plan: TeamPlan


def team_sheet(session: Session, respondent: Respondent, *, now: datetime) -> TeamSheet:
    """What the page of a team is filled with; `MayNotDelegate` for a colleague's link."""
    if not respondent.may_delegate:
        raise MayNotDelegate
    year = year_of(session, respondent, now)
    team = session.get(Team, (year.campaign_id, respondent.territory_id))
    lines = {
        row.theme: PlanLine(row.value, row.due_on.isoformat() if row.due_on else "")
        for row in assignments_of(session, respondent, year)
    }
    plan = TeamPlan(
        coordinator=_mailbox(team.coordinator if team else None),
        validator=_mailbox(team.validator if team else None),
        lines={one.code: lines.get(one.code, PlanLine()) for one in year.themes},
    )
    return TeamSheet(year, plan)


def year_of(session: Session, respondent: Respondent, now: datetime) -> Year:
    """The campaign of the current wave; its earlier waves are over and left out."""
    current_id = look_at_all(session, respondent)[0].case.wave_id
    rows = session.execute(
        select(
            *(Wave.id, Wave.campaign_id, Wave.number, Wave.opens_at),
            EFFECTIVE_END.label("ends_at"),
            WaveQuestionnaire.theme,
        )
        .join(WaveQuestionnaire, WaveQuestionnaire.wave_id == Wave.id)
        .where(
            Wave.campaign_id
            == select(Wave.campaign_id).where(Wave.id == current_id).scalar_subquery()
        )
    ).all()
    current = next(row for row in rows if row.id == current_id)
    left = [row for row in rows if row.number >= current.number]
    left.sort(key=lambda row: (row.number, BY_CODE[row.theme].number))
    return Year(
        campaign_id=current.campaign_id,
        wave_id=current_id,
        ends_at=current.ends_at,
        themes=tuple(
            ThemeOfYear(
                row.theme, row.id, row.id == current_id and row.ends_at > now,
                row.opens_at, row.ends_at,
            )
            for row in left
        ),
    )  # fmt: skip


def assignments_of(session: Session, respondent: Respondent, year: Year) -> list[Row[Any]]:
    """Who has which theme of the year, with their mailbox."""
    return list(
        session.execute(
            select(Assignment.theme, Assignment.contact_id, Assignment.due_on, Address.value)
            .join(Contact, Contact.id == Assignment.contact_id)
            .join(Address, Address.id == Contact.address_id)
            .where(
                Assignment.campaign_id == year.campaign_id,
                Assignment.territory_id == respondent.territory_id,
            )
            .order_by(Assignment.theme)
        )
    )


def _mailbox(contact: Contact | None) -> str:
    """Empty once forgotten: an erased address is no address."""
    if contact is None or contact.address.erased_at is not None:
        return ""
    return contact.address.value
