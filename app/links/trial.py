"""An authority's link for whoever tries the house on this machine."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.db import Database
from app.links.make import Wanted, ensure_links
from app.models.contacts import Contact


def link_of_territory(db: Database, territory_id: int, *, key_id: int, now: datetime) -> UUID:
    """An answer link of this authority, through its first contact when it has one."""
    with db.transaction() as session:
        contact_id = session.scalar(
            select(Contact.id)
            .where(Contact.territory_id == territory_id, Contact.stopped_at.is_(None))
            .order_by(Contact.id)
            .limit(1)
        )
        wanted = Wanted("answer", territory_id, contact_id)
        return ensure_links(session, [wanted], key_id=key_id, now=now)[wanted]
