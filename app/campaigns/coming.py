"""What comes next in each open wave's calendar, from its batches: cheap enough to look at often.

The dry run says who will get it; this says when the clock has something to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaigns.calendar_read import every_wave, told_to
from app.campaigns.members import PlannedBatch, planned_batches
from app.campaigns.prenotices import may_announce, prenotice_at
from app.campaigns.preview_lines import INVITATION
from app.campaigns.rules import rules_of
from app.campaigns.steps import Rules
from app.cases.waves import is_paused, open_waves
from app.models.campaigns import Batch
from app.vocabulary.wave_steps import STEP_LABELS, StepKind


@dataclass(frozen=True, slots=True)
class Coming:
    """The next thing that a wave's calendar does; `at` is None while it is paused."""

    wave: str
    what: str
    batch: str
    at: datetime | None


def coming(session: Session, *, now: datetime) -> list[Coming]:
    """The next step of each open wave, the soonest first; a wave with none left is not listed.

    The hour is that of the batch's own place; authorities of others in the batch may be closed
    then, and come later.
    """
    waves = open_waves(session, now)
    names = dict(every_wave(session))
    found = []
    for wave_id, rules in rules_of(session, waves).items():
        following = min(_moments(session, wave_id, rules, now), default=None)
        if following is None:
            continue
        at, what, batch = following
        found.append(
            Coming(names[wave_id], what, batch, None if is_paused(session, wave_id) else at)
        )
    return sorted(found, key=lambda one: (one.at is None, one.at or now, one.wave))


def _moments(
    session: Session, wave_id: int, rules: Rules, now: datetime
) -> Iterator[tuple[datetime, str, str]]:
    for batch in planned_batches(session, [wave_id]):
        yield from _until_invited(batch, rules, now)
    rows = session.execute(
        select(Batch.label, Batch.departement_code, Batch.invited_at, Batch.planned_at)
        .where(Batch.wave_id == wave_id)
        .order_by(Batch.id)
    )
    for row in rows:
        invited_at, place = row.invited_at or row.planned_at, row.departement_code or ""
        if invited_at is None:
            continue
        for step in rules.steps:
            at = rules.opened(step.falls_at(invited_at, rules.ends_at, place), [place])
            if step.kind is not StepKind.PRENOTICE and max(invited_at, now) < at < rules.ends_at:
                yield at, f"{STEP_LABELS[step.kind]}{told_to(step)}", row.label


def _until_invited(
    batch: PlannedBatch, rules: Rules, now: datetime
) -> Iterator[tuple[datetime, str, str]]:
    """What a batch that waits has before it: to be told, then to be invited."""
    told_at = prenotice_at(batch, rules)
    if told_at is not None and told_at > now and may_announce(batch, rules, now=now):
        yield told_at, STEP_LABELS[StepKind.PRENOTICE], batch.label
    yield max(batch.planned_at, now), INVITATION, batch.label
