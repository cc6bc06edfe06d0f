"""What a planned reminder becomes for the mailboxes of an experiment; reads who was drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.campaigns.plan import Sending
from app.vocabulary.experiments import Arm
from app.vocabulary.office_hours import next_hour


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one mailbox was drawn for, at one step."""

    experiment_id: int
    arm: Arm
    words: str | None
    hour: int | None


Arms = Mapping[tuple[int, int], Drawn]
"""By the ids of the step and of the mailbox."""

_DRAWN = text("""
    SELECT experiments.id, experiments.step_id, experiments.words, experiments.hour,
           drawn.address_id, drawn.arm
      FROM experiments JOIN experiment_mailboxes AS drawn ON drawn.experiment_id = experiments.id
     WHERE experiments.closed_at IS NULL AND experiments.step_id = ANY(:steps)
       AND drawn.address_id = ANY(:addresses)
""")


def read_arms(session: Session, sendings: Iterable[Sending]) -> Arms:
    """What the mailboxes of these sendings were drawn for, where an experiment is open."""
    asked = [(one.step.id, one.address_id) for one in sendings if one.step is not None]
    if not asked:
        return {}
    steps, addresses = ({pair[rank] for pair in asked} for rank in (0, 1))
    rows = session.execute(_DRAWN, {"steps": sorted(steps), "addresses": sorted(addresses)})
    return {
        (row.step_id, row.address_id): Drawn(row.id, Arm(row.arm), row.words, row.hour)
        for row in rows
    }


def tried(sendings: Sequence[Sending], arms: Arms) -> list[Sending]:
    """The same sendings, each as its mailbox was drawn. Pure."""
    return [_as_drawn(one, arms) for one in sendings]


def _as_drawn(one: Sending, arms: Arms) -> Sending:
    drawn = arms.get((one.step.id, one.address_id)) if one.step is not None else None
    if drawn is None or one.step is None:
        return one
    known = replace(one, experiment_id=drawn.experiment_id)
    if drawn.arm is Arm.USUAL:
        return known
    if drawn.words is not None:
        return replace(known, step=replace(one.step, words=drawn.words))
    assert drawn.hour is not None
    return replace(known, leaves_at=next_hour(one.leaves_at, drawn.hour, one.departement))
