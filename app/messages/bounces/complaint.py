"""Somebody pressed "unwanted mail": their mailbox is left alone, for good."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.links.preferring import prefer_nowhere
from app.messages.suppressions import suppress
from app.models.contacts import Address
from app.vocabulary.message_life import EventKind
from app.vocabulary.stops import StopReason

_STOP = text("""
    UPDATE contacts SET stopped_at = coalesce(stopped_at, :now), stopped_because = :because
     WHERE address_id = :address RETURNING id
""")
_TOLD = text("""
    INSERT INTO message_events (message_id, kind, tries, detail, at)
    SELECT id, :kind, tries, '', :now FROM messages WHERE id = :id
""")


def leave_alone(
    session: Session, message_id: UUID, address_id: int, *, secret: str, now: datetime
) -> None:
    """Nothing is sent to this mailbox any more, about any authority, here or in its chats.

    As when somebody stops our mail, it is no refusal: what is asked of the authority stays open
    to whoever else answers for it.
    """
    values = {"address": address_id, "because": StopReason.COMPLAINT, "now": now}
    prefer_nowhere(session, list(session.scalars(_STOP, values)))
    address = session.get_one(Address, address_id)
    suppress(session, address, reason=StopReason.COMPLAINT, secret=secret, now=now)
    session.execute(_TOLD, {"id": message_id, "kind": EventKind.COMPLAINED, "now": now})
