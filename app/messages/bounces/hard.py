"""A mailbox that does not exist: said at once by its server, or later by a returned mail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cases.record import record_many
from app.db import Database
from app.messages.bounces.new_address import ask_new_address
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Author

# Held first: of two mailboxes of an authority that bounce at once, the second to come then sees
# what became of the first.
_HOLD = text("""
    SELECT cases.id FROM cases JOIN message_cases ON message_cases.case_id = cases.id
     WHERE message_cases.message_id = :id ORDER BY cases.id FOR NO KEY UPDATE OF cases
""")
# Cases that nobody else can be asked about: no other mailbox of the authority takes mail. Someone
# who has begun to answer is not lost, whatever becomes of one mailbox.
_LOST = text("""
    SELECT cases.id FROM cases
      JOIN message_cases ON message_cases.case_id = cases.id
      JOIN messages ON messages.id = message_cases.message_id
     WHERE messages.id = :id AND cases.disposition IN ('not_invited', 'no_address', 'invited')
       AND NOT EXISTS (
        SELECT FROM contacts JOIN addresses ON addresses.id = contacts.address_id
         WHERE contacts.territory_id = cases.territory_id AND contacts.stopped_at IS NULL
           AND contacts.role <> 'colleague'
           AND addresses.state = 'good' AND addresses.id <> messages.address_id)
     ORDER BY cases.id
""")
_IT_LEFT = text("""
    WITH changed AS (
        UPDATE messages SET state = 'sent', sent_at = coalesce(sent_at, :now)
         WHERE id = :id AND state IN ('queued', 'failed')
        RETURNING id, tries, step
    ), told AS (
        INSERT INTO message_events (message_id, kind, tries, detail, at)
        SELECT id, 'sent', tries, 'returned', :now FROM changed
    )
    SELECT message_cases.case_id
      FROM changed JOIN message_cases ON message_cases.message_id = changed.id
     WHERE changed.step = 'invitation'
     ORDER BY message_cases.case_id
""")
_MESSAGE = text("""
    WITH changed AS (
        UPDATE messages SET state = 'bounced', leased_until = NULL, last_reason = :reason
         WHERE id = :id AND (state IN ('sent', 'delivered')
               OR state = 'sending' AND (CAST(:tries AS int) IS NULL OR tries = :tries))
        RETURNING address_id
    ), told AS (
        INSERT INTO message_events (message_id, kind, tries, detail, at)
        SELECT id, 'bounced', coalesce(CAST(:tries AS int), tries), :detail, :now
          FROM messages WHERE id = :id
    )
    SELECT address_id FROM changed
""")
_ADDRESS = text("UPDATE addresses SET state = 'bouncing' WHERE id = :id AND state = 'good'")


def hold_cases(session: Session, message_id: UUID) -> None:
    """Lock the cases of a message, which come before the message in the house's order."""
    session.execute(_HOLD, {"id": message_id})


def mark_bounced(
    session: Session,
    message_id: UUID,
    detail: str,
    reason: str,
    *,
    tries: int | None,
    now: datetime,
) -> bool:
    """The message bounced, its mailbox takes no mail, and who has no other becomes undelivered.

    `tries`: the try that was refused at once; None when a returned mail came later. False if the
    message was past bouncing already.
    """
    address_id = mark_returned(session, message_id, detail, reason, tries=tries, now=now)
    if address_id is None:
        return False
    write_off(session, message_id, address_id, D.UNDELIVERED, now=now)
    return True


def mark_returned(
    session: Session,
    message_id: UUID,
    detail: str,
    reason: str,
    *,
    tries: int | None,
    now: datetime,
) -> int | None:
    """The message came back, and nothing is said of its mailbox, whose id this gives.

    None if it was past bouncing already. What came back had left, even where nobody could record
    that its server took it.
    """
    hold_cases(session, message_id)
    if tries is None:
        it_left(session, message_id, now=now)
    values = {"id": message_id, "tries": tries, "detail": detail, "reason": reason, "now": now}
    changed = session.execute(_MESSAGE, values).one_or_none()
    return None if changed is None else int(changed.address_id)


def it_left(session: Session, message_id: UUID, *, now: datetime) -> None:
    """Something came back about a message that waits or failed: it was sent.

    Its cases move as when its server's word is recorded; the caller holds them.
    """
    invited = session.scalars(_IT_LEFT, {"id": message_id, "now": now}).all()
    record_many(session, invited, D.INVITED, why="invitation sent", by=Author.system(), at=now)


def write_off(
    session: Session,
    message_id: UUID,
    address_id: int,
    to: D,
    *,
    moved_to: str = "",
    now: datetime,
) -> None:
    """This mailbox takes no mail; who has no other is lost, and the staff are asked for one."""
    session.execute(_ADDRESS, {"id": address_id})
    lost = session.scalars(_LOST, {"id": message_id}).all()
    record_many(session, lost, to, why="bounced", by=Author.system(), at=now)
    ask_new_address(session, address_id, moved_to=moved_to, now=now)


def hard_bounce(db: Database, message_id: UUID, detail: str, *, now: datetime) -> bool:
    """A mail came back for good. `detail` is the server's code, never its words or an address."""
    with db.transaction() as session:
        return mark_bounced(session, message_id, detail, gone(detail), tries=None, now=now)


def gone(detail: str) -> str:
    """Why the message bounced, as the staff read it."""
    known = f" ({detail})" if detail else ""
    return f"Le message est revenu\u00a0: cette boîte n’existe pas{known}."
