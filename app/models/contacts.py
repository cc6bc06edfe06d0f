"""Mailboxes, contacts and links: how a territory is reached."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from app.models.base import Base, NationalOnly, ScopeRule
from app.models.territories import Territory


class Address(Base):
    """A mailbox or chat handle: the unit of sending, the one erasable home of people’s names."""

    __tablename__ = "addresses"
    # Seen by whoever sees one of its contacts.
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: Address.id.in_(
            Contact.__table__.select()
            .with_only_columns(Contact.__table__.c.address_id)
            .where(Contact.__table__.c.territory_id.in_(visible))
        )
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    channel: Mapped[str]
    value: Mapped[str]  # "erased:<id>" once forgotten
    holder_name: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="good", server_default="good")
    lane: Mapped[str]  # group of providers that share a throttle
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    contacts: Mapped[list[Contact]] = relationship(back_populates="address", viewonly=True)

    __table_args__ = (
        CheckConstraint("state IN ('good', 'bouncing', 'stopped', 'erased')", name="address_state"),
        Index("uq_addresses_channel_value", "channel", text("lower(value)"), unique=True),
        Index(
            "ix_addresses_domain",
            text("split_part(lower(value), '@', 2)"),
            postgresql_where=text("channel = 'email'"),
        ),
    )


class Contact(Base):
    """That a mailbox may be written to about a territory; three communes, one mailbox: three."""

    __tablename__ = "contacts"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Contact.territory_id.in_(visible))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    role: Mapped[str]  # mairie, colleague, coordinator…
    origin: Mapped[str]  # where the address comes from: annuaire, csv, respondent, simulated
    as_of: Mapped[date]
    stopped_at: Mapped[datetime | None]  # no more mail about this territory
    stopped_because: Mapped[str | None]  # None: never stopped, or before we kept the reason

    territory: Mapped[Territory] = relationship()
    address: Mapped[Address] = relationship(back_populates="contacts")

    __table_args__ = (
        UniqueConstraint("territory_id", "address_id"),
        CheckConstraint(
            "stopped_because IN ('asked', 'replaced', 'staff', 'complaint', 'left')",
            name="contact_stopped_because",
        ),
        Index("ix_contacts_address", "address_id"),
    )


class Link(Base):
    """A signed link: its token is computed from the id, never stored; revocation is a row."""

    __tablename__ = "links"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Link.territory_id.in_(visible))

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    purpose: Mapped[str]
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    themes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))  # None: every theme
    delegated_by: Mapped[UUID | None] = mapped_column(ForeignKey("links.id"))
    key_id: Mapped[int]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None]

    territory: Mapped[Territory] = relationship()
    contact: Mapped[Contact | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "purpose IN ('answer', 'delegate', 'stop', 'card', 'chat', 'renew', 'several', 'web')",
            name="link_purpose",
        ),
        Index(
            "uq_links_live",
            "purpose",
            "territory_id",
            "contact_id",
            "themes",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_links_contact", "contact_id"),
        Index("ix_links_territory", "territory_id"),
    )


class ShortCode(Base):
    """A link's code for letters, kept as a keyed hash: computed again when a letter is printed."""

    __tablename__ = "short_codes"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: ShortCode.link_id.in_(
            Link.__table__.select()
            .with_only_columns(Link.__table__.c.id)
            .where(Link.__table__.c.territory_id.in_(visible))
        )
    )

    link_id: Mapped[UUID] = mapped_column(ForeignKey("links.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    key_id: Mapped[int]
    attempt: Mapped[int]  # 0, or more when the code before it was taken already
    created_at: Mapped[datetime]


class Suppression(Base):
    """An address never to write to again, kept as a keyed hash: a plain one can be guessed."""

    __tablename__ = "suppressions"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    channel: Mapped[str] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    since: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "reason IN ('asked', 'complaint', 'hard_bounce', 'staff')", name="suppression_reason"
        ),
    )
