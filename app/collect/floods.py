"""A link must not serve to write to strangers: few messages a month, fewer to one mailbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from app.models.contacts import Link
from app.models.messages import Message

PERIOD = timedelta(days=30)
MOST_WRITTEN_TO = 12  # by one link, whatever became of it; three themes, four tries each
MOST_TO_ONE_PERSON = 4


def new_contact_occasion(giver: UUID | None, link_id: UUID) -> str:
    """The occasion of the message that a link has sent to a new contact of its authority."""
    return f"{_by(giver)}{link_id}"


def writes_too_often(
    session: Session, giver: UUID | None, address_id: int, *, now: datetime
) -> bool:
    """Whether this link has written, through us, to too many people, or too often to this one.

    Counted: the themes it handed over, withdrawn ones included, and the contacts it gave us. A
    team's assignments are counted apart, by authority: see `team_people`.
    """
    since = now - PERIOD
    handed = (
        select(Message.address_id)
        .join(Link, Link.id == Message.link_id)
        .where(
            Message.step == "delegation",
            Link.delegated_by == giver,
            Message.created_at > since,
        )
    )
    told = select(Message.address_id).where(
        Message.step == "invitation",
        Message.occasion.startswith(_by(giver), autoescape=True),
        Message.created_at > since,
    )
    written_to = session.scalars(union_all(handed, told)).all()
    return len(written_to) >= MOST_WRITTEN_TO or (
        written_to.count(address_id) >= MOST_TO_ONE_PERSON
    )


def _by(giver: UUID | None) -> str:
    return f"contact:{giver}:"
