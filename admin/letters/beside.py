"""What an authority's page tells of its post: where it goes, and which letters went."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from admin.console import console
from app.models.letters import PostalAddress, PostedLetter, PrintRun
from app.models.territories import Territory
from app.panel.postal_block import address_block
from app.vocabulary.letters import NO_LETTER_LABELS
from app.vocabulary.territory_kinds import TerritoryKind

MOST = 20
ORIGINS = {
    "geography": "liste officielle des communes, sans la rue",
    "csv": "fichier importé",
    "staff": "saisie par l’équipe",
}


def beside_territory(territory_id: int) -> dict[str, Any]:
    """The context of the page's part on letters; only what the console's session may see."""
    session = console().session
    address = session.scalar(
        select(PostalAddress).where(PostalAddress.territory_id == territory_id)
    )
    territory = session.scalar(select(Territory).where(Territory.id == territory_id))
    letters = session.execute(
        select(PostedLetter, PrintRun)
        .join(PrintRun, PrintRun.id == PostedLetter.run_id)
        .where(PostedLetter.territory_id == territory_id)
        .order_by(PostedLetter.run_id.desc())
        .limit(MOST)
    ).all()
    return {
        "postal": address,
        "postal_lines": _lines(address, territory),
        "postal_origins": ORIGINS,
        "letters": letters,
        "no_letter_labels": NO_LETTER_LABELS,
    }


def _lines(address: PostalAddress | None, territory: Territory | None) -> tuple[str, ...]:
    if address is None or territory is None:
        return ()
    kind = TerritoryKind(territory.kind)
    return address_block(kind, territory.name, address.street, address.postal_code, address.town)
