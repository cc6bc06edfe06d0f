"""A message that came back, and whose mailbox may well take it another day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.messages.drafts import Draft, queue_one

MOST_AGAIN = 2
AGAIN = r"~\d\Z"
"""The end of such an occasion, for Python and for PostgreSQL."""
_AGAIN = re.compile(AGAIN)
_MESSAGE = text("""
    SELECT address_id, wave_id, step, occasion, link_id, details,
           (SELECT name FROM message_templates WHERE id = messages.template_id) AS words,
           (SELECT coalesce(array_agg(case_id ORDER BY case_id), '{}')
              FROM message_cases WHERE message_id = messages.id) AS cases
      FROM messages WHERE id = :id
""")


def send_again(session: Session, message_id: UUID, *, after: timedelta, now: datetime) -> bool:
    """Queue the same thing to say, for later; False when it was said three times already.

    In the words it was said in. It is another message: judged anew when it leaves, so that nobody
    who has answered or asked to be left alone meanwhile hears of it, and counted in what a mailbox
    may get.
    """
    row = session.execute(_MESSAGE, {"id": message_id}).one()
    occasion = next_occasion(row.occasion)
    if occasion is None:
        return False
    draft = Draft(
        address_id=row.address_id,
        wave_id=row.wave_id,
        step=row.step,
        occasion=occasion,
        case_ids=tuple(row.cases),
        not_before=now + after,
        link_id=row.link_id,
        details=row.details,
        words=row.words,
    )
    return queue_one(session, draft) is not None


def next_occasion(occasion: str) -> str | None:
    """The occasion of the next attempt (`~1`, `~2` at its end); None after the last."""
    found = _AGAIN.search(occasion)
    n_before = int(found.group()[1:]) if found else 0
    if n_before >= MOST_AGAIN:
        return None
    return f"{_AGAIN.sub('', occasion)}~{n_before + 1}"
