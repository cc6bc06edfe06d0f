"""Links must not serve to write to strangers: few messages a month, fewer to one mailbox.

Counted by authority and not by link: a contact whom a link names is given a link of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models.cases import Case
from app.models.messages import Message, MessageCase

PERIOD = timedelta(days=30)
MOST_WRITTEN_TO = 30  # by one authority, whatever became of it; nine themes, three tries each
MOST_TO_ONE_PERSON = 4
MOST_VALIDATORS = 6  # who validates, who stands in for them, and as many mistyped addresses
MOST_ABOUT_VALIDATION = 72  # nine themes asked for and returned, four times each

_ASKED, _RETURNED = "validation", "returned"
_CONTACT = "contact:"


def new_contact_occasion(giver: UUID | None, link_id: UUID) -> str:
    """The occasion of the message that a link has sent to a new contact of its authority."""
    return f"{_CONTACT}{giver}:{link_id}"


def writes_too_often(
    session: Session, territory_id: int, address_id: int, *, now: datetime
) -> bool:
    """Whether this authority has written, through us, to too many, or too often to this mailbox.

    Counted: the themes handed over, withdrawn ones included, and the contacts given to us, by
    any of its links. A team's assignments are counted apart: see `team_people`.
    """
    chosen = (Message.step == "delegation") | (
        (Message.step == "invitation") & Message.occasion.startswith(_CONTACT, autoescape=True)
    )
    written_to = session.scalars(
        select(Message.address_id).where(
            chosen, Message.id.in_(_about(territory_id)), Message.created_at > now - PERIOD
        )
    ).all()
    return len(written_to) >= MOST_WRITTEN_TO or (
        written_to.count(address_id) >= MOST_TO_ONE_PERSON
    )


def asks_too_often(
    session: Session, territory_id: int, case_id: int, address_id: int, *, now: datetime
) -> bool:
    """Whether one more message to who validates this theme would be one too many."""
    letters = _about_validation(session, territory_id, now)
    others = {to for step, to, _ in letters if step == _ASKED} - {address_id}
    return len(others) >= MOST_VALIDATORS or _full(letters, case_id, address_id)


def returns_too_often(
    session: Session, territory_id: int, case_id: int, address_id: int, *, now: datetime
) -> bool:
    """Whether one more message to who asked for this theme would be one too many."""
    return _full(_about_validation(session, territory_id, now), case_id, address_id)


_Letters = list[tuple[str, int, int]]
"""Step, mailbox and case of each; a message about validation speaks of one theme."""


def _about_validation(session: Session, territory_id: int, now: datetime) -> _Letters:
    rows = session.execute(
        select(Message.step, Message.address_id, MessageCase.case_id)
        .join(MessageCase, MessageCase.message_id == Message.id)
        .join(Case, Case.id == MessageCase.case_id)
        .where(
            Case.territory_id == territory_id,
            Message.step.in_((_ASKED, _RETURNED)),
            Message.created_at > now - PERIOD,
        )
    )
    return [(row.step, row.address_id, row.case_id) for row in rows]


def _full(letters: _Letters, case_id: int, address_id: int) -> bool:
    to_them = sum(letter[1:] == (address_id, case_id) for letter in letters)
    return len(letters) >= MOST_ABOUT_VALIDATION or to_them >= MOST_TO_ONE_PERSON


def _about(territory_id: int) -> Select[UUID]:
    """The messages that speak of this authority."""
    return (
        select(MessageCase.message_id)
        .join(Case, Case.id == MessageCase.case_id)
        .where(Case.territory_id == territory_id)
    )
