"""A team without accounts: who coordinates, who answers which theme, who validates."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, ScopeRule
from app.models.cases import Case, SurveyResponse
from app.models.contacts import Contact


class Team(Base):
    """How an authority shares the work for one campaign, as its coordinator said."""

    __tablename__ = "teams"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Team.territory_id.in_(visible))

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    validator_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))  # None: no need
    changed_at: Mapped[datetime]

    coordinator: Mapped[Contact | None] = relationship(foreign_keys=[coordinator_id])
    validator: Mapped[Contact | None] = relationship(foreign_keys=[validator_id])


class Assignment(Base):
    """Which colleague answers one theme of the year, and by when their authority wants it."""

    __tablename__ = "assignments"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Assignment.territory_id.in_(visible))

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    due_on: Mapped[date | None]  # the authority's own deadline, before the wave's end
    assigned_by: Mapped[UUID | None] = mapped_column(ForeignKey("links.id"))
    assigned_at: Mapped[datetime]

    contact: Mapped[Contact] = relationship()

    __table_args__ = (
        Index("ix_assignments_contact", "contact_id"),
        Index("ix_assignments_territory", "territory_id", "theme"),
    )


class Validation(Base):
    """A theme goes to its validator, comes back with a comment, or is approved: append-only.

    The last row of a response says where it stands; a submission or a reopening starts afresh.
    """

    __tablename__ = "validations"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: Validation.response_id.in_(
            SurveyResponse.__table__.select()
            .join(Case.__table__, Case.__table__.c.id == SurveyResponse.__table__.c.case_id)
            .with_only_columns(SurveyResponse.__table__.c.id)
            .where(Case.__table__.c.territory_id.in_(visible))
        )
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"))
    kind: Mapped[str]
    comment: Mapped[str | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('asked', 'returned', 'approved')", name="validation_kind"),
        Index("ix_validations_response", "response_id", "id"),
    )
