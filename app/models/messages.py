"""Messages: the outbox, what happened to each, and the texts they are made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Select,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Everyone, NationalOnly, ScopeRule
from app.models.campaigns import Wave
from app.models.cases import Case
from app.models.contacts import Address
from app.vocabulary.message_life import EventKind, MessageState

STATES = ", ".join(f"'{state}'" for state in MessageState)
EVENT_KINDS = ", ".join(f"'{kind}'" for kind in EventKind)
STEPS = (
    "'invitation', 'reminder', 'delegation', 'receipt', 'card', 'renewal', 'assignment', "
    "'validation', 'returned', 'prenotice', 'moved_to_chat'"
)


class MessageTemplate(Base):
    """One version of a text, immutable once used (trigger); seeded from files."""

    __tablename__ = "message_templates"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: our files

    __table_args__ = (UniqueConstraint("name", "version"),)

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class Message(Base):
    """One thing to say to one mailbox; its id is also in its Message-ID, at every try.

    `occasion` tells apart what wave and step do not: the batch, the case or the request. So the
    second commune of a shared mailbox, a second receipt, a second "remind these" are not refused.
    """

    __tablename__ = "messages"
    # Staff may read it only if *all* its cases are in their scope. An aggregate, for PostgreSQL
    # would turn a NOT IN or NOT EXISTS into a join that reads every message of the wave.
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: (
            Message.id.in_(_spoken().where(Case.__table__.c.territory_id.in_(visible)))
            & _spoken()
            .with_only_columns(func.bool_and(Case.__table__.c.territory_id.in_(visible)))
            .where(MessageCase.__table__.c.message_id == Message.id)
            .scalar_subquery()
        )
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    step: Mapped[str]
    occasion: Mapped[str]
    channel: Mapped[str]
    lane: Mapped[str]
    template_id: Mapped[int] = mapped_column(ForeignKey("message_templates.id"))
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("links.id"))  # delegation, card
    details: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    state: Mapped[str] = mapped_column(server_default="queued")
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_reason: Mapped[str | None]  # why it was postponed, refused or cancelled, in French
    subject: Mapped[str | None]  # as sent
    body: Mapped[str | None]  # as sent, links as placeholders

    address: Mapped[Address] = relationship()
    wave: Mapped[Wave] = relationship()
    cases: Mapped[list[Case]] = relationship(secondary="message_cases", viewonly=True)

    __table_args__ = (
        UniqueConstraint("address_id", "wave_id", "step", "occasion"),
        CheckConstraint(f"state IN ({STATES})", name="message_state_known"),
        CheckConstraint(f"step IN ({STEPS})", name="message_step_known"),
        CheckConstraint(
            "(state = 'sending') = (leased_until IS NOT NULL)", name="leased_while_sending"
        ),
        Index(
            "ix_messages_due",
            "lane",
            "next_try_at",
            "id",
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index("ix_messages_wave", "wave_id", "step"),
        Index("ix_messages_address", "address_id", "created_at"),
        # Whether a version of a template was ever used: asked before it may be changed.
        Index("ix_messages_template", "template_id"),
    )


class MessageCase(Base):
    """What a message speaks of: several themes, several territories."""

    __tablename__ = "message_cases"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: MessageCase.case_id.in_(
            Case.__table__.select()
            .with_only_columns(Case.__table__.c.id)
            .where(Case.__table__.c.territory_id.in_(visible))
        )
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)

    __table_args__ = (Index("ix_message_cases_case", "case_id"),)


def _spoken() -> Select[tuple[UUID]]:
    """The messages, each with the cases it speaks of."""
    spoken = MessageCase.__table__
    return (
        select(spoken.c.message_id)
        .select_from(spoken)
        .join(Case.__table__, Case.__table__.c.id == spoken.c.case_id)
    )


class MessageEvent(Base):
    """What happened to a message: append-only; `detail` holds a server's code, never an address."""

    __tablename__ = "message_events"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: MessageEvent.message_id.in_(
            Message.__table__.select()
            .with_only_columns(Message.__table__.c.id)
            .where(Message.scoped(visible))
        )
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    kind: Mapped[str]
    tries: Mapped[int]
    detail: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(f"kind IN ({EVENT_KINDS})", name="message_event_kind"),
        Index("ix_message_events_message", "message_id", "id"),
        # Written in the order of time: a few bytes a thousand rows, and no cost to a sending.
        Index("ix_message_events_at", "at", postgresql_using="brin"),
    )


class LaneSlot(Base):
    """One connection to one group of providers; a worker leases it for the time of a drain."""

    __tablename__ = "lane_slots"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    lane: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    leased_until: Mapped[datetime | None]
    holder: Mapped[str | None]
