"""Looks at message rows, never at jobs: whose time has come, and who came to the end of tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary.message_life import MOST_TRIES

_WAITING = text("""
    SELECT lane, count(*) AS n FROM messages
     WHERE state IN ('queued', 'sending') AND tries < :most
       AND (state = 'queued' AND next_try_at <= :now
            OR state = 'sending' AND leased_until < clock_timestamp())
     GROUP BY lane ORDER BY lane
""")
_EXHAUSTED = text("""
    WITH spent AS MATERIALIZED (
        SELECT id FROM messages
         WHERE state = 'sending' AND tries >= :most AND leased_until < clock_timestamp()
         ORDER BY id FOR NO KEY UPDATE
    ), failed AS (
        UPDATE messages
           SET state = 'failed', leased_until = NULL,
               last_reason = 'L’envoi s’est interrompu à chaque essai.'
         WHERE id IN (SELECT id FROM spent) AND state = 'sending'
        RETURNING id, tries
    )
    INSERT INTO message_events (message_id, kind, tries, detail, at)
    SELECT id, 'refused', tries, 'interrupted', :now FROM failed ORDER BY id
    RETURNING message_id
""")


def waiting_lanes(session: Session, *, now: datetime) -> dict[str, int]:
    """How many messages may leave now, by lane; those whose worker died included."""
    rows = session.execute(_WAITING, {"now": now, "most": MOST_TRIES})
    return {row.lane: row.n for row in rows}


def fail_exhausted(session: Session, *, now: datetime) -> int:
    """Give up on messages whose every try ended with the worker's death; how many."""
    return len(session.execute(_EXHAUSTED, {"now": now, "most": MOST_TRIES}).all())
