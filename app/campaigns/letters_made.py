"""Makes a pile of letters, asked for by staff or by the calendar. A step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models.letters import PostedLetter, PrintRun
from app.models.organisations import AuditEntry
from app.vocabulary.scope import Author


def make_pile(
    session: Session,
    wave_id: int,
    label: str,
    territory_ids: Sequence[int],
    by: Author,
    *,
    made_by: int | None = None,
    step_id: int | None = None,
    now: datetime,
) -> int:
    """Keep these letters as one pile, in this order; the run's id.

    Made by an account, or for a step of the calendar: by one of the two, never both.
    """
    run = PrintRun(wave_id=wave_id, label=label, made_at=now, made_by=made_by, step_id=step_id)
    session.add(run)
    session.flush()
    rows = [
        {"run_id": run.id, "territory_id": territory_id, "rank": rank}
        for rank, territory_id in enumerate(territory_ids, start=1)
    ]
    session.execute(insert(PostedLetter), rows)
    entry = {"n": len(rows)} if step_id is None else {"n": len(rows), "step": step_id}
    subject = f"print_run:{run.id}"
    session.add(AuditEntry.of(by, "letters_printed", subject, entry, at=now))
    return run.id
