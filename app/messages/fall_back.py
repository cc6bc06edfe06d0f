"""A chat that cannot be written to any more: its messages go by mail, once, and at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.db import Database
from app.links.preferring import shut_door
from app.messages.behind import CONTACT
from app.messages.carriers import Parcel
from app.messages.drafts import Draft, queue_many
from app.vocabulary.message_life import EventKind

SHUT = "Cette messagerie ne reçoit plus nos messages\u00a0: celui-ci repart par courriel."
REFUSED = "Cette messagerie refuse ce message\u00a0: il repart par courriel."
OFF = "Cette messagerie n’est plus en service\u00a0: le message repart par courriel."

_BEHIND = text(f"""
    SELECT messages.id, messages.wave_id, messages.step, messages.occasion, messages.link_id,
           messages.details, cases.id AS case_id, contacts.address_id AS mailbox_id
      FROM messages
      JOIN message_cases ON message_cases.message_id = messages.id
      JOIN cases ON cases.id = message_cases.case_id
      {CONTACT}
     WHERE messages.id = ANY(:ids) AND contacts.address_id IS NOT NULL
     ORDER BY messages.id, contacts.address_id, cases.id
""")
# A message that another worker recorded meanwhile is left as it is.
_CANCEL = text("""
    WITH changed AS (
        UPDATE messages SET state = 'cancelled', leased_until = NULL, last_reason = :reason
         WHERE id = ANY(:ids) AND (state = 'queued' OR state = 'sending' AND tries = :tries)
        RETURNING id, tries
    )
    INSERT INTO message_events (message_id, kind, tries, detail, at)
    SELECT id, :kind, tries, :detail, :now FROM changed ORDER BY id
    RETURNING message_id
""")
_DUE = text("""
    SELECT id FROM messages WHERE lane = :lane AND state = 'queued' AND next_try_at <= :now
     ORDER BY next_try_at, id LIMIT 1000 FOR UPDATE SKIP LOCKED
""")


def chat_is_shut(session: Session, parcel: Parcel, detail: str, *, now: datetime) -> None:
    """The person shut this chat: nothing goes there any more, and this message goes by mail."""
    ids = [parcel.message_id]
    if _by_mail(session, ids, SHUT, tries=parcel.tries, detail=detail, now=now):
        shut_door(session, parcel.address_id)


def chat_refuses(session: Session, parcel: Parcel, detail: str, *, now: datetime) -> None:
    """This message will never pass there: it goes by mail, and the chat stays open."""
    ids = [parcel.message_id]
    _by_mail(session, ids, REFUSED, tries=parcel.tries, detail=detail, now=now)


def queue_by_mail(session: Session, moved: Mapping[UUID, Sequence[int]], *, now: datetime) -> None:
    """Queue for the mailbox what these messages, held at claim, no longer say in the chat.

    Looked at again later, the same occasion finds the mail already there.
    """
    ids = [message_id for message_id, cases in moved.items() if cases]
    if ids:
        behind = session.execute(_BEHIND, {"ids": ids}).all()
        queue_many(session, _drafts([row for row in behind if row.case_id in moved[row.id]], now))


def empty_lane(db: Database, lane: str, *, now: datetime) -> int:
    """This messenger is out of service: what is due on its lane goes by mail; how many."""
    with db.transaction() as session:
        due = list(session.scalars(_DUE, {"lane": lane, "now": now}))
        return _by_mail(session, due, OFF, tries=-1, detail="no messenger", now=now)


def _by_mail(
    session: Session, ids: Sequence[UUID], reason: str, *, tries: int, detail: str, now: datetime
) -> int:
    """Cancel these messages, and queue each for the mailbox behind its chat."""
    behind = session.execute(_BEHIND, {"ids": list(ids)}).all()
    values = {"ids": list(ids), "tries": tries, "reason": reason, "detail": detail, "now": now}
    cancelled = set(session.scalars(_CANCEL, {**values, "kind": EventKind.CANCELLED}))
    queue_many(session, _drafts([row for row in behind if row.id in cancelled], now))
    return len(cancelled)


def _drafts(rows: Sequence[Row[Any]], now: datetime) -> list[Draft]:
    """The same occasion, for another address: nothing is said twice to one mailbox."""
    grouped: dict[tuple[UUID, int], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row.id, row.mailbox_id].append(row)
    return [
        Draft(
            address_id=mailbox_id,
            wave_id=some[0].wave_id,
            step=some[0].step,
            occasion=some[0].occasion,
            case_ids=tuple(row.case_id for row in some),
            link_id=some[0].link_id,
            details=some[0].details,
            not_before=now,
            words=some[0].details.get("words"),
        )
        for (_, mailbox_id), some in grouped.items()
    ]
