"""Letters: where an authority's post goes, and what was printed and posted."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Everyone, ScopeRule
from app.models.territories import Territory


class PostalAddress(Base):
    """Where letters for an authority go: a public office, never a person's home."""

    __tablename__ = "postal_addresses"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: PostalAddress.territory_id.in_(visible)
    )

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    street: Mapped[str]  # "1 place de la Mairie"; may be empty where the post needs none
    postal_code: Mapped[str]
    town: Mapped[str]
    origin: Mapped[str]  # geography, csv, staff
    as_of: Mapped[date]

    __table_args__ = (
        CheckConstraint("postal_code ~ '^[0-9]{5}$'", name="postal_code_of_five_digits"),
    )


class PrintRun(Base):
    """Letters printed together in one PDF, to be folded and posted."""

    __tablename__ = "print_runs"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    label: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the calendar
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("wave_steps.id"))

    __table_args__ = (
        CheckConstraint("(posted_at IS NULL) = (posted_by IS NULL)", name="posted_by_somebody"),
        CheckConstraint("(made_by IS NULL) = (step_id IS NOT NULL)", name="made_by_somebody"),
        Index("ix_print_runs_wave", "wave_id", "id"),
        Index("ix_print_runs_step", "step_id", "id", postgresql_where=text("step_id IS NOT NULL")),
    )


class PostedLetter(Base):
    """One letter of a run: to one authority. `left_out_because`: taken out before it was posted."""

    __tablename__ = "letters"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: PostedLetter.territory_id.in_(visible)
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("print_runs.id"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    rank: Mapped[int]  # its place in the pile
    left_out_because: Mapped[str | None]

    territory: Mapped[Territory] = relationship()

    __table_args__ = (Index("ix_letters_territory", "territory_id", "run_id"),)
