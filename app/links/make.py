"""Make links, in bulk, and take them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models.contacts import Link


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link that must exist: what it may do, for whom, by whom it is held."""

    purpose: str
    territory_id: int
    contact_id: int | None
    themes: tuple[str, ...] | None = None
    delegated_by: UUID | None = None


def ensure_links(
    session: Session, wanted: Sequence[Wanted], *, key_id: int, now: datetime
) -> dict[Wanted, UUID]:
    """Make the links that do not live yet; the id of each wanted one, old or new.

    Two statements whatever the number: an insert that lets live links be, then one read.
    """
    if not wanted:
        return {}
    rows = [
        {
            "purpose": one.purpose,
            "territory_id": one.territory_id,
            "contact_id": one.contact_id,
            "themes": list(one.themes) if one.themes is not None else None,
            "delegated_by": one.delegated_by,
            "key_id": key_id,
            "created_at": now,
        }
        for one in dict.fromkeys(wanted)
    ]
    session.execute(insert(Link).on_conflict_do_nothing(), rows)
    territories = sorted({one.territory_id for one in wanted})
    live = session.execute(
        select(Link.id, Link.purpose, Link.territory_id, Link.contact_id, Link.themes).where(
            Link.revoked_at.is_(None), Link.territory_id == func.any(territories)
        )
    )
    found = {
        (row.purpose, row.territory_id, row.contact_id, tuple(row.themes or ()) or None): row.id
        for row in live
    }
    return {
        one: found[(one.purpose, one.territory_id, one.contact_id, one.themes)] for one in wanted
    }


def revoke(session: Session, link_id: UUID, *, because: str, now: datetime) -> bool:
    """Take a link back, and whatever was delegated from it; False if it was dead already."""
    return bool(
        session.scalars(
            update(Link)
            .where((Link.id == link_id) | (Link.delegated_by == link_id), Link.revoked_at.is_(None))
            .values(revoked_at=now, revoked_because=because)
            .returning(Link.id)
        ).all()
    )
