"""Experiments as the national team reads them, and the reminders that may still be tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.campaigns.calendar_read import calendar_of
from app.campaigns.experiment_design import UnknownExperiment
from app.campaigns.experimenting import verdict_of
from app.campaigns.experiments import Verdict
from app.campaigns.rules import step_of
from app.campaigns.steps import Step
from app.cases.waves import EFFECTIVE_END
from app.models.campaigns import Campaign, Wave, WaveStep
from app.models.experiments import Experiment, ExperimentMailbox
from app.vocabulary.wave_steps import MAILED


@dataclass(frozen=True, slots=True)
class ExperimentShown:
    """One experiment: its design as stated, and what it shows now."""

    id: int
    label: str
    wave: str
    step: Step
    words: str | None
    hour: int | None
    seed: int
    baseline: float  # shares (0–1)
    effect: float
    days: int
    n_needed: int  # mailboxes, of both arms
    n_drawn: int
    made_at: datetime
    closed_at: datetime | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ReminderShown:
    """One step that an experiment may try."""

    step: Step
    wave_id: int
    wave: str
    begun: bool  # mailboxes were reminded already: those will not count


def every_experiment(session: Session, *, now: datetime) -> list[ExperimentShown]:
    """All of them, the latest first; reading one changes nothing of what it finds."""
    rows = session.execute(_EXPERIMENTS.order_by(Experiment.id.desc())).all()
    return [_shown(session, row, now) for row in rows]


def experiment_of(session: Session, experiment_id: int, *, now: datetime) -> ExperimentShown:
    """One of them; `UnknownExperiment`."""
    row = session.execute(_EXPERIMENTS.where(Experiment.id == experiment_id)).one_or_none()
    if row is None:
        raise UnknownExperiment
    return _shown(session, row, now)


def reminders_to_try(session: Session, *, now: datetime) -> list[ReminderShown]:
    """The steps that remind by mail of the waves that are not over, in the order they fall."""
    waves = session.execute(
        select(Wave.id, Wave.label, Campaign.name)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(now < EFFECTIVE_END)
        .order_by(Campaign.id.desc(), Wave.number)
    ).all()
    return [
        ReminderShown(one.step, wave.id, f"{wave.label} – {wave.name}", one.begun)
        for wave in waves
        for one in calendar_of(session, wave.id, now=now).steps
        if one.step.kind in MAILED
    ]


_N_DRAWN = (
    select(func.count())
    .select_from(ExperimentMailbox)
    .where(ExperimentMailbox.experiment_id == Experiment.id)
    .correlate(Experiment)
    .scalar_subquery()
)
_EXPERIMENTS: Select[Any] = (
    select(Experiment, WaveStep, Wave.label, Campaign.name, _N_DRAWN.label("n_drawn"))
    .join(WaveStep, WaveStep.id == Experiment.step_id)
    .join(Wave, Wave.id == Experiment.wave_id)
    .join(Campaign, Campaign.id == Wave.campaign_id)
)


def _shown(session: Session, row: Row[Any], now: datetime) -> ExperimentShown:
    found: Experiment = row.Experiment
    step: WaveStep = row.WaveStep
    return ExperimentShown(
        id=found.id,
        label=found.label,
        wave=f"{row.label} – {row.name}",
        step=step_of(step),
        words=found.words,
        hour=found.hour,
        seed=found.seed,
        baseline=found.baseline,
        effect=found.effect,
        days=found.days,
        n_needed=2 * found.n_per_arm,
        n_drawn=row.n_drawn,
        made_at=found.made_at,
        closed_at=found.closed_at,
        verdict=verdict_of(session, found.id, now=now),
    )
