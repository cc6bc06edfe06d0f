"""What holds sending now, for the console, the command line and the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.messages.holds.identity import differences, noted_identity, present_identity
from app.models.sending import SendingHold
from app.vocabulary.scope import ActorKind, Author
from app.vocabulary.sending_holds import LABELS, HoldReason


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason for which nothing leaves: for everybody, or for one domain."""

    id: int
    reason: HoldReason
    domain: str | None
    since: datetime
    by: Author
    n_waiting: int  # messages of that domain, or all of them

    @property
    def label(self) -> str:
        return LABELS[self.reason]


_WAITING = text("SELECT count(*) FROM messages WHERE state IN ('queued', 'sending')")
_WAITING_OF = text("""
    SELECT count(*) FROM messages JOIN addresses ON addresses.id = messages.address_id
     WHERE messages.state IN ('queued', 'sending') AND addresses.channel = 'email'
       AND split_part(lower(addresses.value), '@', 2) = :domain
""")


def live_holds(session: Session) -> list[Hold]:
    """What holds sending now: all of it first, then domains from the oldest."""
    rows = session.scalars(
        select(SendingHold)
        .where(SendingHold.lifted_at.is_(None))
        .order_by(SendingHold.domain.is_not(None), SendingHold.since, SendingHold.id)
    )
    return [
        Hold(
            row.id,
            HoldReason(row.reason),
            row.domain,
            row.since,
            Author(ActorKind(row.actor_kind), row.actor_id),
            _waiting(session, row.domain),
        )
        for row in rows
    ]


def differences_now(session: Session, public_url: str) -> tuple[str, ...]:
    """What is not as when sending began or was allowed again; nothing if it never began."""
    noted = noted_identity(session)
    return () if noted is None else differences(noted, present_identity(session, public_url))


def _waiting(session: Session, domain: str | None) -> int:
    found = (
        session.scalar(_WAITING)
        if domain is None
        else session.scalar(_WAITING_OF, {"domain": domain})
    )
    return int(found or 0)
