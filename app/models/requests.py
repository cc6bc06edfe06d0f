"""What respondents and visitors ask of the staff, and the guesses that are slowed down."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, NationalOnly, ScopeRule
from app.models.contacts import Address
from app.models.territories import Territory
from app.vocabulary.requests import RequestKind, RequestState

KINDS = ", ".join(f"'{kind}'" for kind in RequestKind)
STATES = ", ".join(f"'{state}'" for state in RequestState)


class Request(Base):
    """Somebody of a territory asks for something that a person must look at.

    `address_id` is the mailbox that it is about, or that the answer goes to. `words` is erased
    with that mailbox and with the link it came by.
    """

    __tablename__ = "requests"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Request.territory_id.in_(visible))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    kind: Mapped[str]
    theme: Mapped[str | None]
    words: Mapped[str | None]
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"))
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("links.id"))
    channel: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="open")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    territory: Mapped[Territory] = relationship()
    address: Mapped[Address | None] = relationship()

    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="request_kind_known"),
        CheckConstraint(f"state IN ({STATES})", name="request_state_known"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_once_closed"),
        Index("ix_requests_state", "state", "asked_at"),
        Index("ix_requests_territory", "territory_id", "id"),
        Index("ix_requests_address", "address_id"),
        Index("ix_requests_link", "link_id"),
    )


class Guess(Base):
    """A wrong code, or a request for a new link, by keyed hash of the network address."""

    __tablename__ = "guesses"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    what: Mapped[str]
    from_hash: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("what IN ('code', 'renewal', 'chat_code')", name="guess_what"),
        Index("ix_guesses_from", "what", "from_hash", "at"),
        Index("ix_guesses_at", "what", "at"),
    )
