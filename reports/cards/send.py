"""Tells each authority that its card is ready: one message a mailbox and authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Database
from app.links.make import Wanted, ensure_links
from app.messages.letterhead import Letterhead
from app.messages.outbox import Draft, queue_many
from app.models.cases import Case
from app.models.contacts import Address, Contact
from app.models.results import Card, CaseScore
from app.results import read
from app.vocabulary.scope import Channel
from reports.cards.gather import NotApprovedYet


class Mailbox(NamedTuple):
    """A card, and a mailbox to tell about it."""

    card_id: UUID
    territory_id: int
    contact_id: int
    address_id: int


def send_cards(db: Database, publication_id: int, letterhead: Letterhead, *, now: datetime) -> int:
    """Queue the message of every card drawn for this publication; how many were not there yet.

    It goes to the mailboxes of the authority, not to the colleagues who were lent one theme.
    Done twice, it writes nothing the second time.
    """
    with db.transaction() as session:
        publication = read.published(session, publication_id)
        if publication is None:
            raise NotApprovedYet
        boxes = _mailboxes(session, publication_id)
        stops = [Wanted("stop", box.territory_id, box.contact_id) for box in boxes]
        cards = [Wanted("card", box.territory_id, box.contact_id) for box in boxes]
        links = ensure_links(session, [*cards, *stops], key_id=letterhead.signer.key_id, now=now)
        spoken = _cases(session, publication_id)
        drafts = [
            Draft(
                address_id=box.address_id,
                wave_id=publication.wave_id,
                step="card",
                occasion=f"publication {publication_id}, territory {box.territory_id}",
                case_ids=tuple(spoken[box.territory_id]),
                not_before=now,
                link_id=links[wanted],
                details={"card_id": str(box.card_id)},
            )
            for box, wanted in zip(boxes, cards, strict=True)
        ]
        return queue_many(session, drafts)


def _mailboxes(session: Session, publication_id: int) -> Sequence[Mailbox]:
    rows = session.execute(
        select(Card.id, Card.territory_id, Contact.id, Contact.address_id)
        .join(Contact, Contact.territory_id == Card.territory_id)
        .join(Address, Address.id == Contact.address_id)
        .where(
            Card.publication_id == publication_id,
            Card.withdrawn_at.is_(None),
            Contact.stopped_at.is_(None),
            Contact.role != "colleague",
            Address.channel == Channel.EMAIL,
            Address.state == "good",
        )
        .order_by(Card.territory_id, Contact.id)
    )
    return [Mailbox(*row) for row in rows]


def _cases(session: Session, publication_id: int) -> Mapping[int, Sequence[int]]:
    """The cases that each authority's card speaks of."""
    rows = session.execute(
        select(Case.territory_id, func.array_agg(Case.id))
        .join(CaseScore, CaseScore.case_id == Case.id)
        .where(CaseScore.publication_id == publication_id)
        .group_by(Case.territory_id)
    )
    return {territory_id: sorted(case_ids) for territory_id, case_ids in rows}
