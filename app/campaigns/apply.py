"""What the clock does with campaigns: idempotent use cases, each one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.campaigns.closing import close, ended_waves
from app.campaigns.opening import lock_wave
from app.campaigns.plan import PlannedReminder, due_reminders
from app.campaigns.reminders import AFTER
from app.campaigns.silents import silents_of_waves
from app.cases.waves import is_paused, open_waves
from app.db import Database
from app.messages.letterhead import Letterhead
from app.messages.outbox import Draft, queue_many
from app.vocabulary.dispositions import USUAL, Completeness


@dataclass(frozen=True, slots=True)
class Planned:
    """What one planning put in the outbox."""

    n_messages: int
    n_cases: int


def plan_due(db: Database, letterhead: Letterhead, *, now: datetime) -> Planned:
    """Queue every reminder that is due, in bulk. Run twice, or by two clocks, it queues once."""
    with db.transaction() as session:
        running = [wave for wave in open_waves(session, now) if not is_paused(session, wave)]
        for wave in sorted(running):  # a second clock waits, then sees what the first one planned
            lock_wave(session, wave)
        silents = silents_of_waves(
            session, running, invited_before=now - AFTER[0], secret=letterhead.secret, now=now
        )
        return queue_reminders(session, due_reminders(silents, now=now), now=now)


def close_ended(db: Database, completeness: Completeness = USUAL, *, now: datetime) -> int:
    """Settle the cases still begun in waves whose end has passed; how many cases moved."""
    with db.transaction() as session:
        return sum(
            close(session, wave_id, completeness, now=now) for wave_id in ended_waves(session, now)
        )


def queue_reminders(session: Session, planned: list[PlannedReminder], *, now: datetime) -> Planned:
    """Put planned reminders in the outbox."""
    drafts = [
        Draft(
            address_id=one.address_id,
            wave_id=one.wave_id,
            step="reminder",
            occasion=one.occasion,
            case_ids=one.case_ids,
            link_id=one.link_id,
            not_before=now,
        )
        for one in planned
    ]
    n_messages = queue_many(session, drafts)
    return Planned(n_messages, len({case for one in planned for case in one.case_ids}))
