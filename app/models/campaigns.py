"""Questionnaires, campaigns, waves and batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Everyone, ScopeRule
from app.models.territories import Territory


class QuestionnaireVersion(Base):
    """One version of a theme's questionnaire; its definition is immutable once issued (trigger)."""

    __tablename__ = "questionnaires"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    theme: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    state: Mapped[str]  # draft, issued
    simulated: Mapped[bool]
    definition: Mapped[dict[str, Any]]
    digest: Mapped[str]  # SHA-256 of the canonical definition
    loaded_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("theme", "version"),
        CheckConstraint("state IN ('draft', 'issued')", name="questionnaire_state"),
    )

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class Campaign(Base):
    """A year of the barometer: nine themes, three waves."""

    __tablename__ = "campaigns"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    millesime: Mapped[int]
    simulated: Mapped[bool]
    created_at: Mapped[datetime]

    waves: Mapped[list[Wave]] = relationship(back_populates="campaign", order_by="Wave.number")

    def __str__(self) -> str:
        return self.name


class Wave(Base):
    """Three themes, a quarter; the real end is `app.cases.waves.effective_end`, its only reader."""

    __tablename__ = "waves"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[int]
    label: Mapped[str]
    opens_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    frame_size: Mapped[int | None]  # authorities asked, counted when the wave opened

    campaign: Mapped[Campaign] = relationship(back_populates="waves")
    questionnaires: Mapped[list[WaveQuestionnaire]] = relationship(
        order_by="WaveQuestionnaire.position"
    )

    __table_args__ = (
        CheckConstraint("opens_at < ends_at", name="wave_opens_before_it_ends"),
        UniqueConstraint("campaign_id", "number"),
    )

    def __str__(self) -> str:
        return self.label


class WaveQuestionnaire(Base):
    """Which version of which theme a wave asks."""

    __tablename__ = "wave_questionnaires"
    scoped: ClassVar[type[Everyone]] = Everyone

    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaires.id"))
    position: Mapped[int]

    questionnaire: Mapped[QuestionnaireVersion | None] = relationship()


class WaveChange(Base):
    """A pause, its end, or an extension: append-only."""

    __tablename__ = "wave_changes"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    kind: Mapped[str]
    ends_at: Mapped[datetime | None]
    why: Mapped[str]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("kind IN ('paused', 'resumed', 'extended')", name="wave_change_kind"),
        CheckConstraint(
            "(kind = 'extended') = (ends_at IS NOT NULL)", name="extension_says_until_when"
        ),
        Index("ix_wave_changes_wave", "wave_id", "id"),
    )


class Batch(Base):
    """Authorities invited together: a département's, or the régions."""

    __tablename__ = "batches"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    departement_code: Mapped[str | None]  # None: the régions
    label: Mapped[str]
    invited_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("wave_id", "departement_code", postgresql_nulls_not_distinct=True),
    )


class BatchMember(Base):
    """Who was invited when; the first batch stays, an EPCI may lie in two départements."""

    __tablename__ = "batch_members"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: BatchMember.territory_id.in_(visible)
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    invited_at: Mapped[datetime]

    territory: Mapped[Territory] = relationship()

    __table_args__ = (Index("ix_batch_members_batch", "batch_id"),)
