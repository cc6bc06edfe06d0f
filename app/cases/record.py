"""Move a case: the one place where a disposition changes, with its trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models.cases import Case, CaseEvent
from app.vocabulary.dispositions import DISPOSITIONS, D, may_move
from app.vocabulary.scope import Author


class IllegalMove(Refused):
    """The table of dispositions does not lead there."""

    sentence = (
        "Ce questionnaire est « {before} » : il ne peut pas passer à « {after} ». "
        "Rechargez la page pour voir où il en est."
    )
    status = 409


def record(session: Session, case: Case, to: D, *, why: str, by: Author, at: datetime) -> None:
    """Move a case and keep the trace; refuse a move that the table does not allow.

    The caller holds the case's row (`FOR UPDATE`), after the response's and before a message's.
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


def record_many(
    session: Session, case_ids: Sequence[int], to: D, *, why: str, by: Author, at: datetime
) -> list[int]:
    """Move those of the cases that may; the ids of those that did, in order.

    One statement: one illegal case never stops a message or a bulk action. Rows are locked in
    the order of their ids, so that two bulk moves cannot wait for each other.
    """
    if not case_ids:
        return []
    allowed = [code for code in D if may_move(code, to)]
    held = (
        select(Case.id, Case.disposition)
        .where(Case.id == func.any(list(case_ids)), Case.disposition.in_(allowed))
        .order_by(Case.id)
        .with_for_update()
        .cte("held")
    )
    moved = (
        update(Case)
        .where(Case.id == held.c.id)
        .values(disposition=to, moved_at=at)
        .returning(Case.id, held.c.disposition.label("before"))
        .cte("moved")
    )
    traced = (
        insert(CaseEvent)
        .from_select(
            [
                "case_id",
                "from_disposition",
                "to_disposition",
                "why",
                "actor_kind",
                "actor_id",
                "at",
            ],
            select(
                moved.c.id,
                moved.c.before,
                literal(str(to)),
                literal(why),
                literal(str(by.kind)),
                literal(by.id),
                literal(at),
            ).order_by(moved.c.id),
        )
        .returning(CaseEvent.case_id)
    )
    return sorted(session.scalars(traced).all())
