"""What the national team decides of a wave's calendar: its steps, its hours, its dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from app.campaigns.beside import check_beside, hold_waves
from app.campaigns.opening import lock_wave
from app.campaigns.rules import rules_of, write_steps
from app.campaigns.steps import BadCalendar, Rules, Step, check_locked, in_order
from app.db import Database
from app.errors import NotAllowed, Refused
from app.messages.wordings import packaged
from app.models.campaigns import Batch, Wave, WaveStep
from app.models.cases import FollowUp
from app.models.experiments import Experiment
from app.models.letters import PrintRun
from app.models.messages import Message
from app.models.organisations import AuditEntry
from app.vocabulary.scope import Author, Right, Scope
from app.vocabulary.wave_steps import Anchor, StepKind


class UnknownWords(Refused):
    """No text has this name."""

    sentence = "Le texte «\u00a0{words}\u00a0» n’existe pas. Choisissez-en un de la liste."


class DatesLocked(Refused):
    """The wave is open: people were told until when they may answer."""

    sentence = (
        "Cette vague est ouverte\u00a0: ses dates ne changent plus. "
        "Prolongez-la, ou rouvrez-la si elle est terminée."
    )
    status = 409


class StepTried(Refused):
    """What an experiment found is about this very step."""

    sentence = (
        "Une expérience porte sur une étape que vous retirez ou changez. "
        "Laissez cette étape telle quelle, et changez les autres."
    )
    status = 409


def must_decide(scope: Scope | None) -> None:
    """Only the national team changes a wave; None is the command line."""
    if scope is not None and not scope.may_everywhere(Right.PUBLISH):
        raise NotAllowed


def set_steps(
    db: Database,
    scope: Scope | None,
    by: Author,
    wave_id: int,
    steps: Sequence[Step],
    *,
    office_hours: bool,
    now: datetime,
) -> tuple[Step, ...]:
    """Give a wave these steps, put in order; those that have begun stay as they are."""
    must_decide(scope)
    with db.transaction() as session:
        lock_wave(session, wave_id)
        rules, opens_at = rules_of(session, [wave_id])[wave_id], _opening(session, wave_id)
        _check_words(steps)
        wanted = in_order([replace(step, id=0) for step in steps], opens_at, rules.ends_at)
        kept = check_locked(rules.steps, wanted, begun(session, wave_id, rules, now=now))
        _replace_steps(session, wave_id, kept)
        session.execute(update(Wave).where(Wave.id == wave_id).values(office_hours=office_hours))
        session.add(
            audit("calendar_set", wave_id, by, now, n_steps=len(kept), office_hours=office_hours)
        )
        return kept


def move_wave(
    db: Database,
    scope: Scope | None,
    by: Author,
    wave_id: int,
    *,
    opens_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """Other first and last moments, while the wave is not open yet.

    Its steps must still fit, and so must the batches that are planned; it runs beside no other
    wave of its campaign, as when they were made. `DatesLocked`, `BadCalendar`, `WavesOverlap`.
    """
    must_decide(scope)
    with db.transaction() as session:
        hold_waves(session, wave_id)
        if lock_wave(session, wave_id).opened_at is not None:
            raise DatesLocked
        if ends_at <= opens_at:
            raise BadCalendar(why="la fin vient avant l’ouverture")
        if ends_at <= now:
            raise BadCalendar(why="la fin est déjà passée")
        check_beside(session, wave_id, opens_at, ends_at)
        if _has_batch_outside(session, wave_id, opens_at, ends_at):
            raise BadCalendar(why="un lot d’invitations, déjà prévu, tombe hors de ces dates")
        in_order(rules_of(session, [wave_id])[wave_id].steps, opens_at, ends_at)
        session.execute(
            update(Wave).where(Wave.id == wave_id).values(opens_at=opens_at, ends_at=ends_at)
        )
        session.add(audit("wave_moved", wave_id, by, now, ends_at=ends_at.isoformat()))


def _has_batch_outside(
    session: Session, wave_id: int, opens_at: datetime, ends_at: datetime
) -> bool:
    outside = exists().where(
        Batch.wave_id == wave_id,
        Batch.invited_at.is_(None),
        ~Batch.planned_at.between(opens_at, ends_at),
    )
    return bool(session.scalar(select(outside)))


def begun(session: Session, wave_id: int, rules: Rules, *, now: datetime) -> list[bool]:
    """For each step, whether it has begun: its day came for the first that were invited."""
    first = session.scalar(select(func.min(Batch.invited_at)).where(Batch.wave_id == wave_id))
    announced = session.scalar(
        select(exists().where(Message.wave_id == wave_id, Message.step == "prenotice"))
    )
    called = set(session.scalars(select(FollowUp.step_id).where(FollowUp.wave_id == wave_id)))
    printed = set(session.scalars(select(PrintRun.step_id).where(PrintRun.wave_id == wave_id)))
    return [
        bool(announced or first)
        if step.kind is StepKind.PRENOTICE
        else step.id in called | printed or _came(step, first, rules, now)
        for step in rules.steps
    ]


def audit(action: str, wave_id: int, by: Author, now: datetime, **details: object) -> AuditEntry:
    """The trace of a decision about a wave."""
    return AuditEntry.of(by, action, f"wave:{wave_id}", details, at=now)


def _came(step: Step, first_invited_at: datetime | None, rules: Rules, now: datetime) -> bool:
    if step.anchor is Anchor.INVITATION and first_invited_at is None:
        return False
    return step.falls_at(first_invited_at or now, rules.ends_at) <= now


def _opening(session: Session, wave_id: int) -> datetime:
    """When the first authorities are invited: planned, until it is known."""
    planned = session.execute(select(Wave.opens_at).where(Wave.id == wave_id)).scalar_one()
    first = session.scalar(select(func.min(Batch.invited_at)).where(Batch.wave_id == wave_id))
    return first or planned


def _check_words(steps: Sequence[Step]) -> None:
    known = {wording.name for wording in packaged()}
    for step in steps:
        if step.words is not None and step.words not in known:
            raise UnknownWords(words=step.words)


def _replace_steps(session: Session, wave_id: int, steps: Sequence[Step]) -> None:
    """What stays keeps its row: calls, and whatever else was made for a step, name it."""
    kept = [step.id for step in steps if step.id]
    of_wave = WaveStep.wave_id == wave_id
    tried = select(Experiment.id).where(
        Experiment.wave_id == wave_id, Experiment.step_id.not_in(kept)
    )
    if session.scalar(tried.limit(1)) is not None:
        raise StepTried
    session.execute(delete(WaveStep).where(of_wave, WaveStep.id.not_in(kept)))
    session.execute(update(WaveStep).where(of_wave).values(position=-WaveStep.position))
    for position, step in enumerate(steps, start=1):
        if step.id:
            session.execute(
                update(WaveStep).where(WaveStep.id == step.id).values(position=position)
            )
    write_steps(session, wave_id, steps)
