"""What the page of a link tells of the link itself: whom it is for, by whom, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.collect.authors import names_for
from app.collect.requests import GIVEN_BACK, NOT_OURS
from app.collect.surroundings import mailbox_of
from app.models.contacts import Address, Contact, Link
from app.models.territories import Territory
from app.vocabulary.scope import Respondent


@dataclass(frozen=True, slots=True)
class Returned:
    """A colleague gave a theme back to who had handed it over."""

    by: str  # the mailbox
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkStory:
    """`given_by` is empty for a link of the authority; `stopped`: its mailbox is left alone."""

    sent_to: str
    given_by: str
    stopped: bool
    returned: Mapping[str, Returned]  # by theme, the latest


def link_story(session: Session, respondent: Respondent) -> LinkStory:
    """The story of the respondent's own link."""
    row = session.execute(
        select(Link.delegated_by, Contact.stopped_at)
        .outerjoin(Contact, Contact.id == Link.contact_id)
        .where(Link.id == respondent.link_id)
    ).one()
    giver = ""
    if row.delegated_by is not None:
        author = ("link", str(row.delegated_by))
        giver = names_for(session, respondent, {author}).of(*author)
    return LinkStory(
        sent_to=mailbox_of(session, respondent.link_id) or "",
        given_by=giver,
        stopped=row.stopped_at is not None,
        returned=_returned(session, respondent),
    )


@dataclass(frozen=True, slots=True)
class Farewell:
    """What remains to be told by a link that its holder turned away."""

    territory: str
    mailbox: str
    given_back: bool


def farewell(session: Session, link_id: UUID) -> Farewell | None:
    """Whether this link was turned away by "not ours", and from what."""
    row = session.execute(
        select(Link.revoked_because, Territory.name)
        .join(Territory, Territory.id == Link.territory_id)
        .where(Link.id == link_id, Link.revoked_because.in_((NOT_OURS, GIVEN_BACK)))
    ).one_or_none()
    if row is None:
        return None
    mailbox = mailbox_of(session, link_id) or ""
    return Farewell(row.name, mailbox, row.revoked_because == GIVEN_BACK)


def _returned(session: Session, respondent: Respondent) -> dict[str, Returned]:
    """Themes that this link handed over and that came back; handed over again, it is forgotten."""
    rows = session.execute(
        select(Link.themes, Link.revoked_at, Link.revoked_because, Address.value)
        .join(Contact, Contact.id == Link.contact_id)
        .join(Address, Address.id == Contact.address_id)
        .where(Link.purpose == "delegate", Link.delegated_by == respondent.link_id)
        .order_by(Link.created_at, Link.id)
    ).all()
    found: dict[str, Returned] = {}
    for row in rows:
        for theme in row.themes or ():
            found.pop(theme, None)
            if row.revoked_because == GIVEN_BACK:
                found[theme] = Returned(row.value, row.revoked_at)
    return found
