"""Who is in a batch: a département's authorities, the régions, a chosen few, or a drawn share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models.campaigns import Batch
from app.vocabulary.wave_steps import BatchKind


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A batch that the clock will invite."""

    id: int
    wave_id: int
    planned_at: datetime
    prenoticed_at: datetime | None
    sender_id: int | None
    label: str


# A share is drawn by kind and size: each stratum gives the first of it in the order of the draw,
# which the seed alone decides. So a larger share with the same seed holds the smaller one.
_WHO: dict[BatchKind, str] = {
    BatchKind.DEPARTEMENT: """
        SELECT territories.id FROM territories
          JOIN territory_departements ON territory_departements.territory_id = territories.id
          JOIN batches ON batches.id = :batch_id
                      AND batches.departement_code = territory_departements.departement_code
         WHERE territories.asked AND territories.kind <> 'region'
    """,
    BatchKind.REGIONS: "SELECT id FROM territories WHERE asked AND kind = 'region'",
    BatchKind.TRIAL: "SELECT territory_id AS id FROM batch_members WHERE batch_id = :batch_id",
    BatchKind.SHARE: """
        SELECT drawn.id FROM (
            SELECT territories.id, batches.share,
                   count(*) OVER stratum AS n_in_stratum,
                   row_number() OVER (stratum ORDER BY
                       md5(batches.seed || ':' || territories.id), territories.id) AS rank
              FROM territories JOIN batches ON batches.id = :batch_id
             WHERE territories.asked
            WINDOW stratum AS (PARTITION BY territories.kind, territories.stratum)) AS drawn
         WHERE drawn.rank <= ceil(cast(drawn.share AS numeric) * drawn.n_in_stratum)
    """,
}
# The first batch stays: an EPCI may lie in two départements.
_JOIN = """
    INSERT INTO batch_members (wave_id, territory_id, batch_id, invited_at)
    SELECT :wave_id, who.id, :batch_id, :now FROM ({who}) AS who ORDER BY who.id
    ON CONFLICT (wave_id, territory_id) DO NOTHING RETURNING territory_id
"""
_INVITED = text("""
    UPDATE batch_members SET invited_at = :now
     WHERE batch_id = :batch_id AND invited_at IS NULL RETURNING territory_id
""")
_ELSEWHERE = """
    SELECT count(*) FROM ({who}) AS who
      JOIN batch_members ON batch_members.wave_id = :wave_id
                        AND batch_members.territory_id = who.id
     WHERE batch_members.batch_id <> :batch_id
"""
_FREE = """
    SELECT who.id FROM ({who}) AS who
     WHERE NOT EXISTS (
        SELECT FROM batch_members WHERE batch_members.wave_id = :wave_id
           AND batch_members.territory_id = who.id AND batch_members.batch_id <> :batch_id)
     ORDER BY who.id
"""
_MEMBERS = text("SELECT territory_id FROM batch_members WHERE batch_id = :batch_id ORDER BY 1")


@dataclass(frozen=True, slots=True)
class Joined:
    """What completing a batch did: how many joined, how many an earlier batch had already."""

    n_joined: int
    n_elsewhere: int


def join(
    session: Session, wave_id: int, batch_id: int, kind: BatchKind, *, now: datetime
) -> Joined:
    """Make whoever belongs to the batch, and to no earlier one, an invited member of it."""
    values = {"wave_id": wave_id, "batch_id": batch_id, "now": now}
    who = _WHO[kind]
    joined = len(session.execute(text(_JOIN.format(who=who)), values).all())
    joined += len(session.execute(_INVITED, values).all())
    n_elsewhere = session.scalar(text(_ELSEWHERE.format(who=who)), values) or 0
    return Joined(joined, n_elsewhere)


def members(session: Session, batch_id: int) -> list[int]:
    """The authorities of a batch."""
    return list(session.scalars(_MEMBERS, {"batch_id": batch_id}))


def would_join(
    session: Session, batch: PlannedBatch, taken: Collection[int] = frozenset()
) -> list[int]:
    """Who would be in this batch if it were invited now, after batches that take those."""
    kind = session.execute(select(Batch.kind).where(Batch.id == batch.id)).scalar_one()
    values = {"wave_id": batch.wave_id, "batch_id": batch.id}
    found = session.scalars(text(_FREE.format(who=_WHO[BatchKind(kind)])), values)
    return [territory for territory in found if territory not in taken]


def planned_batches(session: Session, waves: Collection[int]) -> list[PlannedBatch]:
    """The batches of these waves that wait for their day, the first to be invited first."""
    rows = session.scalars(
        select(Batch)
        .where(Batch.wave_id.in_(list(waves)), Batch.invited_at.is_(None))
        .order_by(Batch.planned_at, Batch.id)
    )
    return [
        PlannedBatch(
            row.id, row.wave_id, row.planned_at, row.prenoticed_at, row.sender_id, row.label
        )
        for row in rows
        if row.planned_at is not None
    ]
