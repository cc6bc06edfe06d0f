"""Questionnaires, campaigns, waves and batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Everyone, ScopeRule
from app.models.territories import Territory
from app.vocabulary.wave_steps import Anchor, Audience, BatchKind, StepKind

STEP_KINDS = ", ".join(f"'{kind}'" for kind in StepKind)
ANCHORS = ", ".join(f"'{anchor}'" for anchor in Anchor)
AUDIENCES = ", ".join(f"'{audience}'" for audience in Audience)
BATCH_KINDS = ", ".join(f"'{kind}'" for kind in BatchKind)


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
    # Whether messages wait for working days and hours of their authorities.
    office_hours: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

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
    """A pause, its end, an extension, or a new end after the end: append-only."""

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
        CheckConstraint(
            "kind IN ('paused', 'resumed', 'extended', 'reopened')", name="wave_change_kind"
        ),
        CheckConstraint(
            "(kind IN ('extended', 'reopened')) = (ends_at IS NOT NULL)",
            name="extension_says_until_when",
        ),
        Index("ix_wave_changes_wave", "wave_id", "id"),
    )


class WaveStep(Base):
    """One step of a wave's calendar, in the order in which an authority meets them."""

    __tablename__ = "wave_steps"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    position: Mapped[int]
    kind: Mapped[str]
    anchor: Mapped[str]
    days: Mapped[int]  # from the anchor; negative: before it
    words: Mapped[str | None]  # the message template of a step that writes
    audience: Mapped[str] = mapped_column(default=Audience.ALL, server_default=Audience.ALL)

    __table_args__ = (
        UniqueConstraint("wave_id", "position"),
        CheckConstraint(f"kind IN ({STEP_KINDS})", name="wave_step_kind"),
        CheckConstraint(f"anchor IN ({ANCHORS})", name="wave_step_anchor"),
        CheckConstraint(
            "(days < 0) = (kind = 'prenotice' OR anchor = 'end') AND days <> 0",
            name="wave_step_on_its_side",
        ),
        CheckConstraint(
            "(words IS NULL) = (kind IN ('telephone', 'letter'))", name="wave_step_that_writes"
        ),
        CheckConstraint(
            f"audience IN ({AUDIENCES}) AND (kind <> 'prenotice' OR audience = 'all')",
            name="wave_step_audience",
        ),
    )


class Sender(Base):
    """Who signs a prenotice beside us: a name, where to reply, their own words.

    Mail always leaves from our own address: another's domain would fail its own DMARC.
    """

    __tablename__ = "senders"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(unique=True)
    reply_to: Mapped[str]
    words: Mapped[str]  # a few sentences, plain text
    created_at: Mapped[datetime]

    def __str__(self) -> str:
        return self.name


class Batch(Base):
    """Authorities invited together: now, or on the day planned for them."""

    __tablename__ = "batches"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    departement_code: Mapped[str | None]
    label: Mapped[str]
    invited_at: Mapped[datetime | None]  # None: planned
    kind: Mapped[str] = mapped_column(server_default="departement")
    share: Mapped[float | None]  # 0–1 of each stratum of the frame, in the order of the draw
    seed: Mapped[int | None]
    planned_at: Mapped[datetime | None]  # None: invited by hand
    prenoticed_at: Mapped[datetime | None]
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("senders.id"))  # None: we sign

    __table_args__ = (
        CheckConstraint(f"kind IN ({BATCH_KINDS})", name="batch_kind"),
        CheckConstraint(
            "(kind = 'departement') = (departement_code IS NOT NULL)", name="batch_of_a_departement"
        ),
        CheckConstraint(
            "(kind = 'share') = (share IS NOT NULL) AND (share IS NULL) = (seed IS NULL)",
            name="batch_of_a_share",
        ),
        CheckConstraint(
            "invited_at IS NOT NULL OR planned_at IS NOT NULL", name="batch_planned_or_invited"
        ),
        Index(
            "uq_batches_place",
            "wave_id",
            "kind",
            "departement_code",
            unique=True,
            postgresql_where=text("kind IN ('departement', 'regions')"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_batches_planned", "planned_at", postgresql_where=text("invited_at IS NULL")),
    )


class BatchMember(Base):
    """Who was invited when; the first batch stays, an EPCI may lie in two départements.

    Of a trial, those who were chosen, before they are invited.
    """

    __tablename__ = "batch_members"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: BatchMember.territory_id.in_(visible)
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    invited_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship()

    __table_args__ = (Index("ix_batch_members_batch", "batch_id"),)
