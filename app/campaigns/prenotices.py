"""Prenotices: some days before a batch is invited, its mailboxes are told that it will be."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.campaigns.inviting import announce, ensure_links
from app.campaigns.members import PlannedBatch, would_join
from app.campaigns.recipients import prenotices, recipients
from app.campaigns.steps import Rules
from app.messages.letterhead import Letterhead
from app.models.campaigns import Batch
from app.vocabulary.office_hours import days_later
from app.vocabulary.wave_steps import StepKind

LATEST = timedelta(days=1)
"""Nothing is announced less than a day before it comes."""


def prenotice_at(batch: PlannedBatch, rules: Rules) -> datetime | None:
    """When the prenotice of a batch falls; None where the wave has none."""
    steps = rules.of_kind(StepKind.PRENOTICE)
    return days_later(batch.planned_at, steps[0].days, "") if steps else None


def may_announce(batch: PlannedBatch, rules: Rules, *, now: datetime) -> bool:
    """Whether the prenotice of this batch may still leave, now or on its day."""
    at = prenotice_at(batch, rules)
    return at is not None and batch.prenoticed_at is None and now <= batch.planned_at - LATEST


def send_prenotice(
    session: Session, batch: PlannedBatch, rules: Rules, letterhead: Letterhead, *, now: datetime
) -> int:
    """Queue the prenotices of a batch, once; the caller holds the wave's row. How many."""
    who = would_join(session, batch)
    rows = recipients(session, batch.wave_id, who, secret=letterhead.secret, now=now)
    ensure_links(session, rows, letterhead, now=now)
    session.execute(update(Batch).where(Batch.id == batch.id).values(prenoticed_at=now))
    return announce(session, prenotices(rows, batch, now), rules)
