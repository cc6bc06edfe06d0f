"""Publications: frozen figures in their own PostgreSQL schema, and the cards that follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Everyone, ScopeRule
from app.models.cases import Case
from app.models.territories import Territory

PUBLISHED = "published"


class Publication(Base):
    """A set of figures; approved by two people, then frozen, row and figures (trigger)."""

    __tablename__ = "publications"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    wave_id: Mapped[int]
    title: Mapped[str]
    simulated: Mapped[bool]
    computed_at: Mapped[datetime]
    # Opaque ids of users: the published schema refers to no private table.
    first_approval_by: Mapped[int | None]
    first_approval_at: Mapped[datetime | None]
    second_approval_by: Mapped[int | None]
    second_approval_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "first_approval_by IS DISTINCT FROM second_approval_by OR first_approval_by IS NULL",
            name="approved_by_two",
        ),
        CheckConstraint(
            "approved_at IS NULL OR num_nulls(first_approval_by, second_approval_by) = 0",
            name="approved_needs_both",
        ),
        Index("ix_publications_wave", "wave_id"),
        {"schema": PUBLISHED},
    )


class Result(Base):
    """One published figure: a theme, a kind of authority, a group of them; masked below five."""

    __tablename__ = "results"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("published.publications.id"))
    theme: Mapped[str]
    kind: Mapped[str]
    level: Mapped[str]  # france, region, departement, stratum, peers
    code: Mapped[str]  # "FR", a region or département code, a stratum, "<region>|<stratum>"
    name: Mapped[str]
    sort_name: Mapped[str]
    n_asked: Mapped[int]
    n: Mapped[int | None]  # respondents; None when masked
    score: Mapped[float | None]  # 0–100
    low: Mapped[float | None]  # bounds of the 95 % interval
    high: Mapped[float | None]
    masked_because: Mapped[str | None]  # few: fewer than five; secondary: would give another away

    __table_args__ = (
        UniqueConstraint("publication_id", "theme", "kind", "level", "code"),
        CheckConstraint("masked_because IN ('few', 'secondary')", name="mask_reason"),
        CheckConstraint("(masked_because IS NULL) = (n IS NOT NULL)", name="masked_shows_nothing"),
        CheckConstraint("n IS NULL OR n >= 5", name="five_respondents_at_least"),
        CheckConstraint(
            "level IN ('france', 'region', 'departement', 'stratum', 'peers')", name="result_level"
        ),
        {"schema": PUBLISHED},
    )


class CaseScore(Base):
    """An authority's own score, private to it, frozen with its publication."""

    __tablename__ = "case_scores"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: CaseScore.case_id.in_(
            Case.__table__.select()
            .with_only_columns(Case.__table__.c.id)
            .where(Case.__table__.c.territory_id.in_(visible))
        )
    )

    publication_id: Mapped[int] = mapped_column(
        ForeignKey("published.publications.id"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    score: Mapped[float]
    n_answered: Mapped[int]
    n_asked: Mapped[int]

    case: Mapped[Case] = relationship()


class Card(Base):
    """A territory's report card; the PDF is kept here so that every machine reads it."""

    __tablename__ = "cards"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Card.territory_id.in_(visible))

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    publication_id: Mapped[int] = mapped_column(ForeignKey("published.publications.id"))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[str] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]  # of content and template: what did not change is not rendered again
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship()

    __table_args__ = (
        UniqueConstraint("publication_id", "territory_id"),
        Index("ix_cards_territory", "territory_id", "issued_at"),
    )
