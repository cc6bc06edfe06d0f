"""A mailbox hears once that its messages come in a chat from now on, and how to have them back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cases.waves import open_waves
from app.messages.drafts import Draft, queue_many
from app.vocabulary.scope import Channel

_ABOUT = text("""
    SELECT contacts.address_id, cases.wave_id, array_agg(cases.id ORDER BY cases.id) AS case_ids
      FROM links
      JOIN contacts ON contacts.id = links.contact_id AND contacts.stopped_at IS NULL
      JOIN addresses ON addresses.id = contacts.address_id AND addresses.state = 'good'
      JOIN cases ON cases.territory_id = links.territory_id AND cases.wave_id = ANY(:waves)
     WHERE links.id = :link_id AND (links.themes IS NULL OR cases.theme = ANY(links.themes))
     GROUP BY contacts.address_id, cases.wave_id ORDER BY cases.wave_id DESC LIMIT 1
""")


def tell_moved(session: Session, link_id: UUID, messenger: Channel, *, now: datetime) -> int:
    """Queue the mail for the mailbox of this link; how many, 0 if it was told in this wave.

    Nobody is told between two waves: no message leaves then.
    """
    values = {"link_id": link_id, "waves": open_waves(session, now)}
    drafts = [
        Draft(
            address_id=row.address_id,
            wave_id=row.wave_id,
            step="moved_to_chat",
            occasion=f"moved:{link_id}",
            case_ids=tuple(row.case_ids),
            link_id=link_id,
            not_before=now,
            details={"messenger": messenger},
        )
        for row in session.execute(_ABOUT, values)
    ]
    return queue_many(session, drafts)
