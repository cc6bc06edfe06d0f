"""Asking the staff where to write now: mail comes back from an authority's mailbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary.requests import RequestKind
from app.vocabulary.scope import Channel

UNPROVEN = "Adresse annoncée par une réponse automatique, non vérifiée\u00a0: "
"""How what the staff read begins, where anybody could have written what proposes an address."""

# An address that was proposed is worth reading even where another mailbox answers.
_PROPOSE = text("""
    UPDATE requests SET words = :words
     WHERE kind = :kind AND address_id = :address AND state = 'open' AND words IS NULL
""")
_ASK = text("""
    INSERT INTO requests (territory_id, kind, words, address_id, channel, asked_at)
    SELECT contacts.territory_id, :kind, CAST(:words AS text), :address, :channel, :now
      FROM contacts
     WHERE contacts.address_id = :address AND contacts.stopped_at IS NULL
       AND contacts.role <> 'colleague'
       AND (CAST(:words AS text) IS NOT NULL OR NOT EXISTS (
            SELECT FROM contacts AS other JOIN addresses ON addresses.id = other.address_id
             WHERE other.territory_id = contacts.territory_id AND other.stopped_at IS NULL
               AND other.role <> 'colleague' AND addresses.state = 'good'
               AND addresses.id <> :address))
       AND NOT EXISTS (
            SELECT FROM requests WHERE requests.territory_id = contacts.territory_id
               AND requests.kind = :kind AND requests.address_id = :address
               AND requests.state = 'open'
               AND (CAST(:words AS text) IS NULL OR requests.words = :words
                    OR NOT :proven AND requests.words IS NOT NULL))
     ORDER BY contacts.territory_id
""")


def ask_new_address(
    session: Session, address_id: int, *, moved_to: str = "", proven: bool = True, now: datetime
) -> None:
    """One open request for each authority whose only mailbox this was.

    `moved_to`: an address that a mail proposed, for the staff to confirm: then it is asked about
    every authority of the mailbox. Asked twice, it is the same request. Not `proven`, whoever knows
    the number of a message may have made it up: it says so, and comes once until it is settled.
    """
    values = {
        "kind": RequestKind.NEW_ADDRESS,
        "words": (moved_to if proven else f"{UNPROVEN}{moved_to}") if moved_to else None,
        "proven": proven,
        "address": address_id,
        "channel": Channel.EMAIL,
        "now": now,
    }
    if moved_to:
        session.execute(_PROPOSE, values)
    session.execute(_ASK, values)
