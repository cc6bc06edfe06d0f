"""The report card that a respondent may be handed, and its file. Steps."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.results import Card, Publication
from app.vocabulary.scope import Respondent


@dataclass(frozen=True, slots=True)
class CardFile:
    """A card as it was drawn and kept."""

    name: str
    pdf: bytes


def card_of(session: Session, respondent: Respondent) -> UUID | None:
    """The newest card of the authority: of an approved publication, not withdrawn; else None.

    It speaks of every theme: a colleague who was lent some of them is handed none, as no mail
    tells them of it either.
    """
    if not respondent.may_delegate:
        return None
    return session.scalar(
        select(Card.id)
        .join(Publication, Publication.id == Card.publication_id)
        .where(
            Card.territory_id == respondent.territory_id,
            Card.withdrawn_at.is_(None),
            Publication.approved_at.is_not(None),
        )
        .order_by(Card.issued_at.desc(), Card.publication_id.desc())
        .limit(1)
    )


def card_file(session: Session, card_id: UUID) -> CardFile | None:
    """The PDF of a card; None if it was withdrawn meanwhile."""
    card = session.get(Card, card_id)
    if card is None or card.withdrawn_at is not None:
        return None
    return CardFile(f"fiche-{card.number}.pdf", card.pdf)
