"""How well mailboxes and their domains take our mail. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, text
from sqlalchemy.orm import Session

from app.models.contacts import Address, Contact
from app.models.messages import Message, MessageEvent
from app.models.scope import visible_to
from app.vocabulary.mailbox_kinds import MailboxKind, mailbox_kind
from app.vocabulary.message_life import EventKind
from app.vocabulary.scope import Channel, Scope

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AddressHealth:
    """How one mailbox takes our mail."""

    address_id: int
    mailbox: str
    state: str
    last_accepted_at: datetime | None
    n_bounces: int
    n_complaints: int
    n_authorities: int  # that share it and may be written to there

    @property
    def kind(self) -> MailboxKind:
        return mailbox_kind(self.mailbox)


@dataclass(frozen=True, slots=True)
class Window:
    """Mails of one domain over some time; refused: now or until later, by its own server."""

    accepted: int
    refused: int
    bounced: int


@dataclass(frozen=True, slots=True)
class DomainHealth:
    """How one domain takes our mail: in the last hour, day and thirty days."""

    domain: str
    hour: Window
    day: Window
    month: Window


def address_health(
    session: Session, scope: Scope, address_ids: Sequence[int]
) -> dict[int, AddressHealth]:
    """These mailboxes by id, of those that the scope may see."""
    rows = session.execute(_address_health(scope, address_ids))
    return {row.id: AddressHealth(*row) for row in rows}


def _address_health(scope: Scope, address_ids: Sequence[int]) -> Select[Any]:
    def events(*kinds: EventKind) -> Select[Any]:
        return (
            select(MessageEvent.at)
            .join(Message, Message.id == MessageEvent.message_id)
            .where(Message.address_id == Address.id, MessageEvent.kind.in_(kinds))
            .correlate(Address)
        )

    def count(kind: EventKind) -> ColumnElement[int]:
        return events(kind).with_only_columns(func.count()).scalar_subquery()

    accepted = events(EventKind.SENT, EventKind.DELIVERED)
    sharing = select(func.count()).where(
        Contact.address_id == Address.id, Contact.stopped_at.is_(None)
    )
    return (
        select(
            Address.id,
            Address.value,
            Address.state,
            accepted.with_only_columns(func.max(MessageEvent.at)).scalar_subquery(),
            count(EventKind.BOUNCED),
            count(EventKind.COMPLAINED),
            sharing.correlate(Address).scalar_subquery(),
        )
        .where(
            Address.id.in_(address_ids),
            Address.channel == Channel.EMAIL,
            Address.id.in_(
                select(Contact.address_id).where(Contact.territory_id.in_(visible_to(scope)))
            ),
        )
        .order_by(Address.id)
    )


_COUNTS = ",\n".join(
    f"count(*) FILTER (WHERE kind IN ({kinds}) AND at > :{window}) AS {name}_{window}"
    for window in ("hour", "day", "month")
    for name, kinds in (
        ("accepted", "'sent'"),
        ("refused", "'refused', 'deferred'"),
        ("bounced", "'bounced'"),
    )
)
_DOMAINS = text(f"""
    SELECT split_part(lower(addresses.value), '@', 2) AS domain, {_COUNTS}
      FROM message_events
      JOIN messages ON messages.id = message_events.message_id AND messages.channel = 'email'
      JOIN addresses ON addresses.id = messages.address_id AND addresses.erased_at IS NULL
     WHERE message_events.at > :month AND message_events.detail NOT LIKE 'server: %'
     GROUP BY 1
     ORDER BY count(*) FILTER (WHERE kind IN ('refused', 'deferred', 'bounced')) DESC, 1
     LIMIT :most
""")


def domain_health(session: Session, *, now: datetime, most: int = 50) -> list[DomainHealth]:
    """The domains that refused or returned most in thirty days, worst first; of all the panel.

    What our own server could not hand over for want of a network is nobody's refusal.
    """
    since = {"hour": now - timedelta(hours=1), "day": now - timedelta(days=1), "month": now - MONTH}
    return [
        DomainHealth(row.domain, _window(row, "hour"), _window(row, "day"), _window(row, "month"))
        for row in session.execute(_DOMAINS, {**since, "most": most})
    ]


def _window(row: Row[Any], window: str) -> Window:
    found = row._mapping
    return Window(*(found[f"{name}_{window}"] for name in ("accepted", "refused", "bounced")))
