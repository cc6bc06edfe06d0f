"""Planning batches: a trial to a chosen few, a département, the régions, a drawn share."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.campaigns.beside import free_from, hold_waves
from app.campaigns.inviting import REGIONS_LABEL
from app.campaigns.opening import lock_wave
from app.campaigns.scheduling import audit, must_decide
from app.cases.waves import effective_end
from app.db import Database
from app.errors import Hidden, Refused
from app.models.campaigns import Batch, BatchMember, Sender
from app.models.territories import Territory
from app.panel.organisations import departement
from app.vocabulary.french_dates import day_and_hour
from app.vocabulary.scope import Author, Scope
from app.vocabulary.wave_steps import BatchKind

LARGEST_SEED = 2**31


class BadDay(Refused):
    """A batch is planned in the future, within its wave."""

    sentence = "Choisissez un jour à venir, entre le {opens_at} et le {ends_at}."


class AlreadyPlanned(Refused):
    """The département, or the régions, are planned or invited."""

    sentence = "«\u00a0{label}\u00a0» a déjà son lot dans cette vague. Retirez-le d’abord."
    status = 409


class AlreadyInvited(Refused):
    """Messages have left."""

    sentence = "Ce lot est déjà invité\u00a0: il ne se retire plus. Mettez la vague en pause."
    status = 409


class NobodyChosen(Refused):
    """A trial needs authorities, asked and in no batch."""

    sentence = (
        "Choisissez au moins une collectivité interrogée, par son code, "
        "qui ne soit dans aucun autre lot."
    )


class BadShare(Refused):
    """Not a share."""

    sentence = "Indiquez une part entre 1 et 100\u00a0% des collectivités."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A batch to plan. `share`: 0–1 of each stratum; `codes`: INSEE codes or SIREN of a trial."""

    kind: BatchKind
    planned_at: datetime
    departement_code: str | None = None
    share: float | None = None
    seed: int | None = None  # None: that of the wave's first share, else a new one
    codes: Sequence[str] = ()
    sender_id: int | None = None  # who signs its prenotice; None: we do


def plan_batch(
    db: Database, scope: Scope | None, by: Author, wave_id: int, wanted: Wanted, *, now: datetime
) -> int:
    """Plan a batch for its day; the clock invites it. Its id."""
    must_decide(scope)
    with db.transaction() as session:
        hold_waves(session, wave_id)
        lock_wave(session, wave_id)
        _check_day(session, wave_id, wanted.planned_at, now)
        if wanted.sender_id is not None and session.get(Sender, wanted.sender_id) is None:
            raise Hidden
        batch = _new(session, wave_id, wanted)
        session.add(batch)
        session.flush()
        if wanted.kind is BatchKind.TRIAL:
            _choose(session, batch, wanted.codes)
        session.add(audit("batch_planned", wave_id, by, now, batch=batch.id, kind=batch.kind))
        return batch.id


def cancel_batch(
    db: Database, scope: Scope | None, by: Author, batch_id: int, *, now: datetime
) -> None:
    """Take a batch out of the calendar before its day; whoever was told in advance was told."""
    must_decide(scope)
    with db.transaction() as session:
        wave_id = session.scalar(select(Batch.wave_id).where(Batch.id == batch_id))
        if wave_id is None:
            raise Hidden
        lock_wave(session, wave_id)
        batch = session.get_one(Batch, batch_id)
        if batch.invited_at is not None:
            raise AlreadyInvited
        session.execute(delete(BatchMember).where(BatchMember.batch_id == batch_id))
        session.delete(batch)
        session.add(audit("batch_cancelled", wave_id, by, now, batch=batch_id))


def _new(session: Session, wave_id: int, wanted: Wanted) -> Batch:
    code, seed = wanted.departement_code, None
    if wanted.kind is BatchKind.DEPARTEMENT:
        place = departement(session, code or "")
        code, label = place.code, place.name
    else:
        code, label = None, REGIONS_LABEL
    if wanted.kind is BatchKind.TRIAL:
        label = "Essai"
    if wanted.kind is BatchKind.SHARE:
        share = wanted.share or 0
        if not 0.01 <= share <= 1:
            raise BadShare
        seed, label = _seed(session, wave_id, wanted.seed), f"{share:.0%}".replace("%", "\u00a0%")
    if wanted.kind in (BatchKind.DEPARTEMENT, BatchKind.REGIONS):
        _must_be_new(session, wave_id, wanted.kind, code, label)
    return Batch(
        wave_id=wave_id,
        kind=wanted.kind,
        departement_code=code,
        label=label,
        share=wanted.share if wanted.kind is BatchKind.SHARE else None,
        seed=seed,
        planned_at=wanted.planned_at,
        sender_id=wanted.sender_id,
    )


def _check_day(session: Session, wave_id: int, day: datetime, now: datetime) -> None:
    first, ends_at = max(free_from(session, wave_id), now), effective_end(session, wave_id)
    if not first <= day < ends_at:
        raise BadDay(opens_at=day_and_hour(first), ends_at=day_and_hour(ends_at))


def _must_be_new(
    session: Session, wave_id: int, kind: BatchKind, code: str | None, label: str
) -> None:
    same = select(Batch.id).where(
        Batch.wave_id == wave_id,
        Batch.kind == kind,
        Batch.departement_code.is_not_distinct_from(code),
    )
    if session.scalar(same) is not None:
        raise AlreadyPlanned(label=label)


def _seed(session: Session, wave_id: int, given: int | None) -> int:
    """One seed a wave, unless another is given: a larger share then holds the smaller one."""
    if given is not None:
        return given
    first = session.scalar(
        select(Batch.seed)
        .where(Batch.wave_id == wave_id, Batch.seed.is_not(None))
        .order_by(Batch.id)
        .limit(1)
    )
    return secrets.randbelow(LARGEST_SEED) if first is None else first


def _choose(session: Session, batch: Batch, codes: Sequence[str]) -> None:
    taken = select(BatchMember.territory_id).where(BatchMember.wave_id == batch.wave_id)
    found = session.scalars(
        select(Territory.id)
        .where(
            Territory.code.in_(codes) | Territory.siren.in_(codes),
            Territory.asked,
            Territory.id.not_in(taken),
        )
        .order_by(Territory.id)
    ).all()
    if not found:
        raise NobodyChosen
    session.execute(
        insert(BatchMember),
        [{"wave_id": batch.wave_id, "territory_id": one, "batch_id": batch.id} for one in found],
    )
