"""The sweep: finds what fell through, and wakes whoever can take it up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import Database
from app.messages.holds.gate import all_held
from app.messages.outbox import wake_lanes
from app.messages.waiting import fail_exhausted, waiting_lanes

# A worker says that it lives every ten seconds (procrastinate's default).
SILENT_SECONDS = 60
KEPT_HOURS = 72

_STALLED = text("""
    SELECT procrastinate_jobs.id FROM procrastinate_jobs
      LEFT JOIN procrastinate_workers ON procrastinate_workers.id = procrastinate_jobs.worker_id
     WHERE procrastinate_jobs.status = 'doing'
       AND (procrastinate_workers.id IS NULL OR procrastinate_workers.last_heartbeat
            < clock_timestamp() - make_interval(secs => :silent))
     ORDER BY procrastinate_jobs.id
""")
_RETRY = text("SELECT procrastinate_retry_job_v2(:id, clock_timestamp(), NULL, NULL, NULL)")
_GIVE_UP = text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)")
_PURGE = text("""
    DELETE FROM procrastinate_jobs
     WHERE status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND NOT EXISTS (
        SELECT FROM procrastinate_events
         WHERE procrastinate_events.job_id = procrastinate_jobs.id
           AND at > clock_timestamp() - make_interval(hours => :kept))
    RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found."""

    n_lanes_woken: int  # drains deferred
    n_failed: int  # messages given up
    n_retried: int  # jobs of dead workers, to be done again


def sweep(db: Database, *, now: datetime) -> Swept:
    """Wake the lanes where a message's time has come, and do again what a dead worker had begun.

    Due times live in message rows: this looks at them, never at the arguments of jobs.
    """
    with db.transaction() as session:
        n_failed = fail_exhausted(session, now=now)
        n_retried = _retry_stalled(session)
        waiting = {} if all_held(session) else waiting_lanes(session, now=now)
        return Swept(wake_lanes(session, waiting), n_failed, n_retried)


def purge_jobs(db: Database) -> int:
    """Forget jobs that ended three days ago; how many. By the database's clock, as jobs are."""
    with db.transaction() as session:
        return len(session.execute(_PURGE, {"kept": KEPT_HOURS}).all())


def _retry_stalled(session: Session) -> int:
    """Jobs whose worker is silent wait again; one that waits already under its lock is enough."""
    n_retried = 0
    for job_id in session.scalars(_STALLED, {"silent": SILENT_SECONDS}).all():
        try:
            with session.begin_nested():
                session.execute(_RETRY, {"id": job_id})
            n_retried += 1
        except IntegrityError:
            session.execute(_GIVE_UP, {"id": job_id})
    return n_retried
