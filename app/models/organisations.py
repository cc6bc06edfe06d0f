"""Staff: their organisations, the territories these may see, and what they did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Everyone, NationalOnly, ScopeRule
from app.vocabulary.scope import Author, Role

ROLES = ", ".join(f"'{role}'" for role in Role)


class Organisation(Base):
    """DINUM, Déclic or an OPSN."""

    __tablename__ = "organisations"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    national: Mapped[bool] = mapped_column(default=False)

    def __str__(self) -> str:
        return self.name


class OrganisationTerritory(Base):
    """An OPSN's scope; several OPSN may share a département, each with its own members."""

    __tablename__ = "organisation_territories"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: OrganisationTerritory.territory_id.in_(visible)
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    may_chase: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_organisation_territories_territory", "territory_id"),)


class User(Base):
    """A member of staff: the only people with an account."""

    __tablename__ = "users"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    session_stamp: Mapped[int] = mapped_column(default=0)  # raised: every open session ends
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", name="user_role_known"),
        CheckConstraint(
            "role IN ('administrator', 'national') OR organisation_id IS NOT NULL",
            name="local_user_has_an_organisation",
        ),
        Index("uq_users_email", text("lower(email)"), unique=True),
    )

    def __str__(self) -> str:
        return self.name


class SignInAttempt(Base):
    """Attempts to sign in, by keyed hash of the e-mail and of the network address: throttling."""

    __tablename__ = "sign_in_attempts"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    who_hash: Mapped[str]
    from_hash: Mapped[str]
    at: Mapped[datetime]
    succeeded: Mapped[bool]

    __table_args__ = (
        Index("ix_sign_in_attempts_who", "who_hash", "at"),
        Index("ix_sign_in_attempts_from", "from_hash", "at"),
    )


class AuditEntry(Base):
    """Who of the staff did what, append-only; subject is an opaque id."""

    __tablename__ = "audit_entries"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_audit_entries_at", "at"),)

    @classmethod
    def of(
        cls,
        by: Author,
        action: str,
        subject: str,
        details: Mapping[str, Any] | None = None,
        *,
        at: datetime,
    ) -> AuditEntry:
        """The trace of what somebody did to something; `details` holds opaque ids and counts."""
        return cls(
            at=at,
            actor_kind=by.kind,
            actor_id=by.id,
            action=action,
            subject=subject,
            details=dict(details or {}),
        )


class AccessLog(Base):
    """Who of the staff looked at what: the one table that a GET may write."""

    __tablename__ = "access_log"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int]
    page: Mapped[str]
    subject: Mapped[str]
