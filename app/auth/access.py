"""Who of the staff looked at people's data: the one thing that a GET may write."""

from __future__ import annotations

from datetime import datetime

from app.db import Database
from app.models.organisations import AccessLog


def looked_at(db: Database, user_id: int, page: str, subject: str, *, now: datetime) -> None:
    """Note that a member of staff saw this; `subject` is an opaque id, never a name."""
    with db.transaction() as session:
        session.add(AccessLog(at=now, user_id=user_id, page=page, subject=subject))
