"""The people of a team: mailboxes that may be written to, their links, and how often. Steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.collect.floods import MOST_TO_ONE_PERSON, PERIOD
from app.collect.refusals import ColleagueNotReachable
from app.collect.renewal import RENEW
from app.collect.team_plan import PlanFault
from app.links.make import Wanted, ensure_links, revoke
from app.links.opened import WITHDRAWN
from app.messages.mail_links import ensure_answer_links
from app.messages.suppressions import suppressed
from app.messages.team_mail import occasions_of
from app.models.contacts import Address, Contact, Link
from app.models.messages import Message
from app.models.teams import Assignment
from app.now import paris
from app.panel.contacts import NewContact, add_contacts
from app.vocabulary.scope import Channel

People = Mapping[str, int]
"""Contacts by the field of the plan that names them."""

# By one authority, whoever of its team changes the plan: nine themes, a coordinator, as many
# corrections, and the later waves' own letters.
MOST_LETTERS = 24


def refused_mailboxes(
    session: Session, territory_id: int, mailboxes: Mapping[str, str], secret: str
) -> tuple[PlanFault, ...]:
    """The fields that name somebody who may not be written to."""
    wanted = {value.lower() for value in mailboxes.values()}
    closed = suppressed(session, [(Channel.EMAIL, value) for value in sorted(wanted)], secret)
    closed |= set(
        session.scalars(
            select(func.lower(Address.value))
            .outerjoin(
                Contact, (Contact.address_id == Address.id) & (Contact.territory_id == territory_id)
            )
            .where(
                Address.channel == Channel.EMAIL,
                func.lower(Address.value).in_(wanted),
                (Address.state != "good") | Contact.stopped_at.is_not(None),
            )
        )
    )
    sentence = str(ColleagueNotReachable())
    return tuple(
        PlanFault(field, sentence) for field, value in mailboxes.items() if value.lower() in closed
    )


def known_people(
    session: Session, territory_id: int, mailboxes: Mapping[str, str], *, now: datetime
) -> dict[str, int]:
    """The contact of each field; new ones are colleagues, whom no invitation reaches by itself."""
    if not mailboxes:
        return {}
    today = paris(now).date()
    new = [
        NewContact(territory_id, value, None, "colleague", "respondent", today)
        for value in dict.fromkeys(mailboxes.values())
    ]
    add_contacts(session, new, now=now)
    rows = session.execute(
        select(func.lower(Address.value).label("value"), Contact.id)
        .join(Contact, Contact.address_id == Address.id)
        .where(
            Contact.territory_id == territory_id,
            Address.channel == Channel.EMAIL,
            func.lower(Address.value).in_([one.email.lower() for one in new]),
        )
    )
    found = {row.value: row.id for row in rows}
    return {field: found[value.lower()] for field, value in mailboxes.items()}


def ensure_full_links(
    session: Session, territory_id: int, contacts: Collection[int], *, key_id: int, now: datetime
) -> None:
    """Whoever coordinates or validates opens every theme of the authority."""
    held = [(territory_id, contact_id) for contact_id in contacts]
    ensure_answer_links(session, held, key_id=key_id, now=now)
    ensure_links(session, [Wanted("answer", *one) for one in sorted(held)], key_id=key_id, now=now)


def withdraw_full_links(
    session: Session, contacts: Collection[int | None], using: UUID | None, *, now: datetime
) -> None:
    """A colleague who coordinates or validates no more loses that link; officials keep theirs.

    The link that makes the change stays: its holder would be shut out by their own page. What an
    older mail gave them besides, to take over or to read the card, opens nothing either.
    """
    rows = session.execute(
        select(Link.id, Link.contact_id)
        .join(Contact, Contact.id == Link.contact_id)
        .where(
            Link.purpose == "answer",
            Link.contact_id.in_(contacts),
            Contact.role == "colleague",
            Link.revoked_at.is_(None),
            Link.id.is_distinct_from(using),
        )
        .order_by(Link.id)
    ).all()
    if not rows:
        return
    held = [row.id for row in rows]
    # What they handed out goes on, as whoever changes the plan handed it; what only led to their
    # link, from a chat or to one, ends with it.
    handed = (Link.purpose == "delegate", Link.delegated_by.in_(held), Link.revoked_at.is_(None))
    session.execute(update(Link).where(*handed).values(delegated_by=using))
    session.execute(
        update(Assignment).where(Assignment.assigned_by.in_(held)).values(assigned_by=using)
    )
    for link_id in held:
        revoke(session, link_id, because=WITHDRAWN, now=now)
    session.execute(
        update(Link)
        .where(
            Link.contact_id.in_([row.contact_id for row in rows]),
            Link.purpose.in_((RENEW, "card")),
            Link.revoked_at.is_(None),
        )
        .values(revoked_at=now, revoked_because=WITHDRAWN)
    )


def withdraw_theme_links(
    session: Session, contact_id: int, theme: str, using: UUID | None, *, now: datetime
) -> None:
    """A colleague who has this theme no more loses its link; what they answered stays."""
    held = session.scalars(
        select(Link.id)
        .where(
            Link.purpose == "delegate",
            Link.contact_id == contact_id,
            Link.themes == [theme],
            Link.revoked_at.is_(None),
            Link.id.is_distinct_from(using),
        )
        .order_by(Link.id)
    ).all()
    for link_id in held:
        revoke(session, link_id, because=WITHDRAWN, now=now)


def too_many_letters(session: Session, territory_id: int, *, now: datetime) -> bool:
    """Whether this authority's team has been written to too much this month.

    Counted by authority and not by link: a coordinator's new link does not start afresh.
    """
    written_to = session.execute(
        select(Message.address_id, func.count().label("n"))
        .where(
            Message.step == "assignment",
            Message.occasion.startswith(occasions_of(territory_id), autoescape=True),
            Message.created_at > now - PERIOD,
        )
        .group_by(Message.address_id)
    ).all()
    return sum(row.n for row in written_to) > MOST_LETTERS or any(
        row.n > MOST_TO_ONE_PERSON for row in written_to
    )
