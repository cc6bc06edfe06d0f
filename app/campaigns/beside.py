"""Waves beside one another: people's links lead to one of them, the last that began to invite."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from app.cases.waves import EFFECTIVE_END
from app.errors import Refused
from app.models.campaigns import Batch, Campaign, Wave
from app.vocabulary.french_dates import day_and_hour, day_month_year


class WavesOverlap(Refused):
    """Two waves of a campaign never run at once: people's links lead to one of them.

    `part` says which day is to change, `first` or `last`.
    """

    sentence = (
        "Ces dates empiètent sur «\u00a0{label}\u00a0», du {opens_on} au {ends_on}. "
        "Choisissez d’autres jours, ou déplacez d’abord cette autre vague."
    )


class AnotherRuns(Refused):
    """The first invitation takes the links away from a wave that people still answer."""

    sentence = (
        "La vague «\u00a0{label}\u00a0» court jusqu’au {until}\u00a0: inviter à celle-ci y "
        "mettrait fin. Invitez après cette date."
    )
    status = 409


class NextInvites(Refused):
    """Once it has, links lead to the later wave: nobody could answer this one."""

    sentence = (
        "Les invitations de «\u00a0{label}\u00a0» partent le {on}\u00a0: les liens y mèneront, "
        "et plus à celle-ci. Choisissez une fin qui précède, ou reportez d’abord ces invitations."
    )
    status = 409


class RealAsked(Refused):
    """People's links lead to the latest wave that invites: a trial run would take them."""

    sentence = (
        "Une vraie campagne a commencé dans cette base\u00a0: un essai y détournerait les liens "
        "des collectivités. Menez-le dans une autre base."
    )
    status = 409


def hold_waves(session: Session, wave_id: int) -> None:
    """Nobody changes another wave beside it meanwhile."""
    session.execute(
        select(Wave.id)
        .where(Wave.campaign_id.in_(_campaigns_like(wave_id)))
        .order_by(Wave.id)
        .with_for_update(key_share=True)
    ).all()


def check_beside(session: Session, wave_id: int, opens_at: datetime, ends_at: datetime) -> None:
    """`WavesOverlap` for the first of the other waves that would run meanwhile, extended or not."""
    other = session.execute(
        _of_same_campaign(wave_id)
        .where(Wave.id != wave_id, Wave.opens_at <= ends_at, opens_at <= EFFECTIVE_END)
        .order_by(Wave.opens_at, Wave.id)
        .limit(1)
    ).one_or_none()
    if other is not None:
        raise WavesOverlap(
            part="last" if opens_at < other.opens_at else "first",
            label=other.label,
            opens_on=day_month_year(other.opens_at),
            ends_on=day_month_year(other.ends_at),
        )


def check_none_runs(session: Session, wave_id: int, *, now: datetime) -> None:
    """`AnotherRuns`, when one that opened before may be answered."""
    other = session.execute(
        _before(wave_id).where(now < EFFECTIVE_END).order_by(EFFECTIVE_END.desc()).limit(1)
    ).one_or_none()
    if other is not None:
        raise AnotherRuns(label=other.label, until=day_and_hour(other.ends_at))


def check_none_real(session: Session) -> None:
    """`RealAsked`, when a real wave was ever opened."""
    opened = exists().where(
        Wave.opened_at.is_not(None),
        Wave.campaign_id == Campaign.id,
        Campaign.simulated.is_(False),
    )
    if session.scalar(select(opened)):
        raise RealAsked


def free_from(session: Session, wave_id: int) -> datetime:
    """From when this wave may invite: its opening, and the end of those opened before it."""
    opens_at = session.execute(_opening(wave_id)).scalar_one()
    ends = [ends_at for _, ends_at in session.execute(_before(wave_id))]
    return max([opens_at, *ends])


def check_longer(session: Session, wave_id: int, ends_at: datetime) -> None:
    """`NextInvites`, when a later wave invites before that end, or has done so."""
    day = func.coalesce(Batch.invited_at, Batch.planned_at)
    following = session.execute(
        select(Wave.label, day.label("day"))
        .join(Batch, Batch.wave_id == Wave.id)
        .where(
            Wave.campaign_id.in_(_campaigns_like(wave_id)),
            Wave.opens_at > _opening(wave_id).scalar_subquery(),
            day < ends_at,
        )
        .order_by(day, Batch.id)
        .limit(1)
    ).one_or_none()
    if following is not None:
        raise NextInvites(label=following.label, on=day_month_year(following.day))


def _opening(wave_id: int) -> Select[datetime]:
    return select(Wave.opens_at).where(Wave.id == wave_id)


def _before(wave_id: int) -> Select[str, datetime]:
    """The waves that opened before this one and that people were told of."""
    return select(Wave.label, EFFECTIVE_END.label("ends_at")).where(
        Wave.campaign_id.in_(_campaigns_like(wave_id)),
        Wave.opens_at < _opening(wave_id).scalar_subquery(),
        Wave.opened_at.is_not(None),
    )


def _campaigns_like(wave_id: int) -> Select[int]:
    """All the real ones, or all the simulated: a trial run hinders nothing that is real."""
    simulated = (
        select(Campaign.simulated)
        .join(Wave, Wave.campaign_id == Campaign.id)
        .where(Wave.id == wave_id)
        .scalar_subquery()
    )
    return select(Campaign.id).where(Campaign.simulated == simulated)


def _of_same_campaign(wave_id: int) -> Select[str, datetime, datetime]:
    campaign = select(Wave.campaign_id).where(Wave.id == wave_id).scalar_subquery()
    return select(Wave.label, Wave.opens_at, EFFECTIVE_END.label("ends_at")).where(
        Wave.campaign_id == campaign
    )
