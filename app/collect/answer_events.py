"""The statements of a saving: what a source wrote before, and the events that it adds. Steps.

Each is written once: composing them at each call cost more than PostgreSQL took to answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.collect.open import since_reopened
from app.collect.standing import Held
from app.interview.values import Json
from app.models.cases import AnswerEvent
from app.vocabulary.scope import Respondent
from app.vocabulary.themes import BY_CODE

Written = Row[int, str, str, Any, bool]
"""An event already written: id, question, source, value, counted."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An answer to be kept; `counted`: it is the one that counts from now on."""

    question: str
    value: Json
    counted: bool
    source: str
    origin: str | None


def _past(readable: ColumnElement[bool]) -> Select[int, str, str, Any | None, bool]:
    seen = bindparam("seen", type_=ARRAY(BigInteger))
    return (
        select(
            *(AnswerEvent.id, AnswerEvent.question, AnswerEvent.source),
            *(AnswerEvent.value, AnswerEvent.counted),
        )
        .where(
            AnswerEvent.response_id == bindparam("response_id"),
            or_(
                AnswerEvent.source == bindparam("source"),
                func.starts_with(AnswerEvent.source, bindparam("again", type_=Text)),
                and_(AnswerEvent.id == func.any(seen), readable),
            ),
        )
        .order_by(AnswerEvent.id)
    )


_PAST = _past(true())
_PAST_CONFIDENTIAL = _past(since_reopened(bindparam("case_id")))


def past_of(session: Session, held: Held, source: str, seen: Iterable[int]) -> Sequence[Written]:
    """What this source already wrote, and the events seen that may be compared with.

    As in `of_this_draft`: nothing of a confidential theme from before it was handed in.
    """
    values = {"response_id": held.response.id, "source": source, "again": f"{source}#"}
    if not BY_CODE[held.case.theme].confidential:
        return session.execute(_PAST, {**values, "seen": sorted(seen)}).all()
    if held.response.submitted_at is not None:
        seen = ()
    given = {**values, "seen": sorted(seen), "case_id": held.case.id}
    return session.execute(_PAST_CONFIDENTIAL, given).all()


# The events in the order of the page; those that count change the response in the same breath.
_KEEP = text("""
    WITH sent AS (
        SELECT * FROM ROWS FROM (
            jsonb_to_recordset(CAST(:events AS jsonb))
            AS (question text, value jsonb, counted boolean, source text, origin text)
        ) WITH ORDINALITY AS one (question, value, counted, source, origin, rank)
    ), written AS (
        INSERT INTO answer_events (response_id, question, value, counted, channel, source,
                                   actor_kind, actor_id, at, origin)
        SELECT :response_id, question, value, counted, :channel, source, :kind, :actor, :at, origin
          FROM sent ORDER BY rank
        RETURNING id, question, value, counted
    ), patch AS (
        SELECT jsonb_object_agg(question, jsonb_build_object('value', value, 'event', id)) AS given,
               bool_or(value IS NOT NULL) AS said
          FROM written WHERE counted
    ), counting AS (
        UPDATE responses
           SET answers = answers || patch.given,
               started_at = CASE WHEN patch.said THEN coalesce(started_at, :at) ELSE started_at END
          FROM patch
         WHERE responses.id = :response_id AND patch.given IS NOT NULL
    )
    SELECT question, id FROM written
""")


def keep(
    session: Session,
    held: Held,
    new: Sequence[NewEvent],
    respondent: Respondent,
    *,
    now: datetime,
) -> dict[str, int]:
    """Write these events, and in the response those that count; the events' ids by question.

    The response is started by its first answer that counts and says something.
    """
    if not new:
        return {}
    session.flush()  # what this transaction changed before comes first
    values = {
        "response_id": held.response.id,
        "events": json.dumps([asdict(one) for one in new]),
        "channel": respondent.channel,
        "kind": respondent.author.kind,
        "actor": respondent.author.id,
        "at": now,
    }
    ids: dict[str, int] = dict(session.execute(_KEEP, values).all())
    counted = {one.question: one.value for one in new if one.counted}
    patch = {code: {"value": value, "event": ids[code]} for code, value in counted.items()}
    response = held.response
    set_committed_value(response, "answers", {**response.answers, **patch})
    if response.started_at is None and any(value is not None for value in counted.values()):
        set_committed_value(response, "started_at", now)
    return ids
