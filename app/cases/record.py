"""Move a case: the one place where a disposition changes, with its trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models.cases import Case, CaseEvent
from app.vocabulary.dispositions import DISPOSITIONS, D, may_move
from app.vocabulary.scope import Author


class IllegalMove(Refused):
    """The table of dispositions does not lead there."""

    sentence = (
        "Ce questionnaire est «\u00a0{before}\u00a0»\u00a0: il ne peut pas passer à "
        "«\u00a0{after}\u00a0». Rechargez la page pour voir où il en est."
    )
    status = 409


def record(session: Session, case: Case, to: D, *, why: str, by: Author, at: datetime) -> None:
    """Move a case and keep the trace; refuse a move that the table does not allow.

    The caller holds the case's row (`FOR NO KEY UPDATE` at least), after the response's and before
    a message's.
    """
    before = D(case.disposition)
    if before is to:
        return
    if not may_move(before, to):
        raise IllegalMove(before=DISPOSITIONS[before].label, after=DISPOSITIONS[to].label)
    case.disposition = to
    case.moved_at = at
    session.add(
        CaseEvent(
            case_id=case.id,
            from_disposition=before,
            to_disposition=to,
            why=why,
            actor_kind=by.kind,
            actor_id=by.id,
            at=at,
        )
    )
    session.flush()


# Rows are locked in the order of their ids, so that two bulk moves cannot wait for each other; no
# stronger than an UPDATE needs, so that whoever writes a row that refers to a case goes on.
# Written once: composing it at each call cost more than PostgreSQL took to do it.
HELD = """
    held AS MATERIALIZED (
        SELECT id, disposition FROM cases
         WHERE id = ANY(:ids) AND disposition = ANY(:allowed) ORDER BY id
           FOR NO KEY UPDATE
    )"""
MOVED = """
    moved AS (
        UPDATE cases SET disposition = :to, moved_at = :at
          FROM held WHERE cases.id = held.id AND {when}
        RETURNING cases.id, held.disposition AS before
    ), traced AS (
        INSERT INTO case_events (case_id, from_disposition, to_disposition, why, actor_kind,
                                 actor_id, at)
        SELECT id, before, :to, :why, :kind, :actor, :at FROM moved ORDER BY id
        RETURNING case_id
    )"""
"""For a statement that moves cases only `when` something else of it happened (a mail's record)."""
_MOVE = text(f"WITH {HELD}, {MOVED.format(when=True)} SELECT case_id FROM traced")
_ALLOWED = {to: [code for code in D if may_move(code, to)] for to in D}


def record_many(
    session: Session, case_ids: Sequence[int], to: D, *, why: str, by: Author, at: datetime
) -> list[int]:
    """Move those of the cases that may; the ids of those that did, in order.

    One statement: one illegal case never stops a message or a bulk action.
    """
    if not case_ids:
        return []
    values = move_values(case_ids, to, why=why, by=by, at=at)
    return sorted(session.scalars(_MOVE, values).all())


def move_values(
    case_ids: Sequence[int], to: D, *, why: str, by: Author, at: datetime
) -> dict[str, Any]:
    """What `HELD` and `MOVED` are to be given."""
    return {
        "ids": list(case_ids),
        "allowed": _ALLOWED[to],
        "to": to,
        "why": why,
        "kind": by.kind,
        "actor": by.id,
        "at": at,
    }
