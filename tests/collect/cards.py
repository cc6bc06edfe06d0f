"""A report card without the figures behind it: for whoever hands cards out."""

from __future__ import annotations

from uuid import UUID

from app.models.results import Card, Publication
from tests.world import World


def publishes(world: World, code: str, pdf: bytes, *, approved: bool = True) -> UUID:
    """A publication of the open wave, with the card of this commune; the card's id."""
    with world.db.transaction() as session:
        publication = Publication(
            wave_id=world.wave_id,
            title="Résultats",
            simulated=True,
            computed_at=world.now,
            first_approval_by=1 if approved else None,
            first_approval_at=world.now if approved else None,
            second_approval_by=2 if approved else None,
            second_approval_at=world.now if approved else None,
            approved_at=world.now if approved else None,
        )
        session.add(publication)
        session.flush()
        card = Card(
            publication_id=publication.id,
            territory_id=world.territory(code).id,
            number=f"2026-{code}-{publication.id}",
            content={},
            digest="",
            pdf=pdf,
            issued_at=world.now,
            withdrawn_at=None,
        )
        session.add(card)
        session.flush()
        return card.id
