"""Reads the rules of waves: their steps, their effective end, whether they keep office hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.campaigns.steps import Rules, Step
from app.cases.waves import EFFECTIVE_END
from app.models.campaigns import Wave, WaveStep
from app.vocabulary.wave_steps import Anchor, Audience, StepKind


def rules_of(session: Session, waves: Sequence[int]) -> Mapping[int, Rules]:
    """The rules of each of these waves."""
    steps = _steps(session, waves)
    rows = session.execute(
        select(Wave.id, Wave.office_hours, EFFECTIVE_END.label("ends_at"))
        .where(Wave.id.in_(list(waves)))
        .order_by(Wave.id)
    )
    return {row.id: Rules(tuple(steps[row.id]), row.ends_at, row.office_hours) for row in rows}


def write_steps(session: Session, wave_id: int, steps: Sequence[Step]) -> None:
    """Add these steps to a wave that has none of their positions yet."""
    rows = [
        {
            "wave_id": wave_id,
            "position": position,
            "kind": step.kind,
            "anchor": step.anchor,
            "days": step.days,
            "words": step.words,
            "audience": step.audience,
        }
        for position, step in enumerate(steps, start=1)
        if not step.id
    ]
    if rows:
        session.execute(insert(WaveStep), rows)


def step_of(row: WaveStep) -> Step:
    """A step, as it is kept."""
    return Step(
        StepKind(row.kind), Anchor(row.anchor), row.days, row.words, row.id, Audience(row.audience)
    )


def _steps(session: Session, waves: Sequence[int]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    rows = session.scalars(
        select(WaveStep)
        .where(WaveStep.wave_id.in_(list(waves)))
        .order_by(WaveStep.wave_id, WaveStep.position)
    )
    for row in rows:
        found[row.wave_id].append(step_of(row))
    return found
