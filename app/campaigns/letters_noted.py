"""Notes a posted letter beside each authority, so that nobody calls without knowing of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cases.follow_ups import LONGEST
from app.models.letters import PrintRun
from app.vocabulary.french_dates import of_day

# The last note of an authority is the one whose call is due: this one takes its place and keeps
# its day and its words, or the promise would be forgotten.
_NOTES = text("""
    INSERT INTO follow_ups (territory_id, wave_id, note, user_id, at, call_again_at)
    SELECT given.id, :wave_id,
           CASE WHEN last.call_again_at IS NULL THEN CAST(:note AS text)
                ELSE left(concat(CAST(:note AS text), ' ', CAST(:promised AS text), last.note),
                          :longest) END,
           :user_id, :now, last.call_again_at
      FROM unnest(CAST(:territories AS bigint[])) AS given (id)
      LEFT JOIN LATERAL (
        SELECT note, call_again_at FROM follow_ups
         WHERE territory_id = given.id AND wave_id = :wave_id
         ORDER BY id DESC LIMIT 1) AS last ON true
     ORDER BY given.id
""")


def note_letters(
    session: Session,
    run: PrintRun,
    territory_ids: Sequence[int],
    *,
    on: date,
    user_id: int,
    now: datetime,
) -> None:
    """Write a note for each of these authorities; a call that was promised stays promised."""
    values = {
        "wave_id": run.wave_id,
        "note": f"Courrier posté le {of_day(on)}.",
        "promised": "Appel déjà promis\u00a0: ",
        "longest": LONGEST,
        "user_id": user_id,
        "now": now,
        "territories": list(territory_ids),
    }
    session.execute(_NOTES, values)
