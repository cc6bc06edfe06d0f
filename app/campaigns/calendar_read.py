"""A wave's calendar as staff read it: its steps on their days, its batches, who may sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from app.campaigns.rules import rules_of
from app.campaigns.scheduling import begun
from app.campaigns.steps import Step
from app.cases.waves import UnknownWave, effective_end, is_paused
from app.models.campaigns import Batch, BatchMember, Campaign, Sender, Wave
from app.vocabulary.in_sentences import uncapitalised
from app.vocabulary.wave_steps import AUDIENCE_LABELS, Anchor, Audience, StepKind


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step, its day for whoever is invited first, and whether it has begun."""

    step: Step
    at: datetime
    begun: bool


@dataclass(frozen=True, slots=True)
class BatchShown:
    """One batch; `n_members` is counted once it is invited, or chosen."""

    id: int
    kind: str
    label: str
    planned_at: datetime | None
    invited_at: datetime | None
    n_members: int
    seed: int | None
    signed_by: str


@dataclass(frozen=True, slots=True)
class CalendarShown:
    """All of it."""

    wave_id: int
    label: str
    campaign: str
    simulated: bool
    opens_at: datetime
    opened_at: datetime | None
    ends_at: datetime
    paused: bool
    office_hours: bool
    steps: tuple[StepShown, ...]
    batches: tuple[BatchShown, ...]


def calendar_of(session: Session, wave_id: int, *, now: datetime) -> CalendarShown:
    """The calendar of a wave; `UnknownWave`."""
    row = session.execute(
        select(Wave, Campaign.name, Campaign.simulated)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(Wave.id == wave_id)
    ).one_or_none()
    if row is None:
        raise UnknownWave
    wave: Wave = row[0]
    batches = _batches(session, wave_id)
    return CalendarShown(
        wave_id=wave_id,
        label=wave.label,
        campaign=row.name,
        simulated=row.simulated,
        opens_at=wave.opens_at,
        opened_at=wave.opened_at,
        ends_at=effective_end(session, wave_id),
        paused=is_paused(session, wave_id),
        office_hours=wave.office_hours,
        steps=_steps(session, wave, batches, now),
        batches=batches,
    )


def every_wave(session: Session) -> list[tuple[int, str]]:
    """Every wave, the latest campaign's first, with its name and its campaign's."""
    rows = session.execute(
        select(Wave.id, Wave.label, Campaign.name)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .order_by(Campaign.id.desc(), Wave.number)
    )
    return [(row.id, f"{row.label} – {row.name}") for row in rows]


def senders(session: Session) -> list[tuple[int, str]]:
    """Who may sign a prenotice, by name."""
    rows = session.execute(select(Sender.id, Sender.name).order_by(Sender.name))
    return [(row.id, row.name) for row in rows]


def _steps(
    session: Session, wave: Wave, batches: Sequence[BatchShown], now: datetime
) -> tuple[StepShown, ...]:
    rules = rules_of(session, [wave.id])[wave.id]
    days = [one.invited_at or one.planned_at for one in batches]
    first = min((day for day in days if day is not None), default=wave.opens_at)
    return tuple(
        StepShown(step, step.falls_at(first, rules.ends_at), is_begun)
        for step, is_begun in zip(rules.steps, begun(session, wave.id, rules, now=now), strict=True)
    )


def _batches(session: Session, wave_id: int) -> tuple[BatchShown, ...]:
    members = (
        select(func.count())
        .select_from(BatchMember)
        .where(BatchMember.batch_id == Batch.id)
        .correlate(Batch)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Batch, members.label("n_members"), Sender.name)
        .outerjoin(Sender, Sender.id == Batch.sender_id)
        .where(Batch.wave_id == wave_id)
        .order_by(func.coalesce(Batch.invited_at, Batch.planned_at), Batch.id)
    )
    return tuple(
        BatchShown(
            id=batch.id,
            kind=batch.kind,
            label=batch.label,
            planned_at=batch.planned_at,
            invited_at=batch.invited_at,
            n_members=n_members,
            seed=batch.seed,
            signed_by=name or "",
        )
        for batch, n_members, name in rows
    )


_CASES = text("""
    SELECT cases.id, cases.theme, territories.id AS territory_id, territories.code,
           territories.name, territories.kind
      FROM cases JOIN territories ON territories.id = cases.territory_id
     WHERE cases.id = ANY(:ids) ORDER BY territories.sort_name, territories.id, cases.id
""")
_PLACES = text("""
    SELECT id AS territory_id, code, name, kind FROM territories WHERE id = ANY(:ids)
     ORDER BY sort_name, id
""")


def cases_named(session: Session, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The authority and the theme of each of these cases, in the order of names."""
    return {row.id: row for row in session.execute(_CASES, {"ids": list(ids)})}


def places_named(session: Session, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """These authorities, in the order of names."""
    return {row.territory_id: row for row in session.execute(_PLACES, {"ids": list(ids)})}


def falls(step: Step) -> str:
    """« 15 jours après l’invitation », « 10 jours avant la fin »."""
    days = abs(step.days)
    said = f"{days} jour{'s' if days > 1 else ''}"
    if step.kind is StepKind.PRENOTICE:
        return f"{said} avant l’invitation"
    return f"{said} avant la fin" if step.anchor is Anchor.END else f"{said} après l’invitation"


def told_to(step: Step) -> str:
    """« , seulement celles qui ont commencé », after what `falls` says; "" for all of them."""
    label = AUDIENCE_LABELS[step.audience]
    return "" if step.audience is Audience.ALL else f", {uncapitalised(label)}"
