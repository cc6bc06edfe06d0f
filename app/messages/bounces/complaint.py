"""Somebody pressed "unwanted mail": their mailbox is left alone, unless they ask for us again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.messages.left_alone import leave_mailbox_alone
from app.models.contacts import Address
from app.vocabulary.message_life import EventKind
from app.vocabulary.stops import StopReason

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
    address = session.get_one(Address, address_id)
    leave_mailbox_alone(session, address, StopReason.COMPLAINT, secret=secret, now=now)
    session.execute(_TOLD, {"id": message_id, "kind": EventKind.COMPLAINED, "now": now})
