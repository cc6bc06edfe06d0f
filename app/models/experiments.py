"""Experiments on reminders: their design, stated beforehand, and who was drawn for what."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, NationalOnly
from app.vocabulary.experiments import Arm, Finding, Tried

TRIED = ", ".join(f"'{one}'" for one in Tried)
ARMS = ", ".join(f"'{one}'" for one in Arm)
FINDINGS = ", ".join(f"'{one}'" for one in Finding if one is not Finding.TOO_EARLY)


class Experiment(Base):
    """Two ways of sending one step of a wave. The design never changes once it is drawn."""

    __tablename__ = "experiments"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("wave_steps.id"))
    label: Mapped[str]
    tries: Mapped[str]
    words: Mapped[str | None]  # the template that is tried
    hour: Mapped[int | None]  # of the authority's own day, that is tried
    seed: Mapped[int]
    baseline: Mapped[float]  # share (0–1) of mailboxes that are expected to answer
    effect: Mapped[float]  # the difference worth finding
    alpha: Mapped[float]
    power: Mapped[float]
    early: Mapped[float]
    days: Mapped[int]  # that a mailbox has to answer, from its reminder
    n_per_arm: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    finding: Mapped[str | None]
    difference: Mapped[float | None]  # tried less usual
    low: Mapped[float | None]
    high: Mapped[float | None]

    __table_args__ = (
        CheckConstraint(f"tries IN ({TRIED})", name="experiment_tries"),
        CheckConstraint(
            "(tries = 'words') = (words IS NOT NULL) AND (tries = 'hour') = (hour IS NOT NULL)",
            name="experiment_says_what_it_tries",
        ),
        CheckConstraint("hour BETWEEN 0 AND 23", name="experiment_hour"),
        CheckConstraint(f"finding IN ({FINDINGS})", name="experiment_finding"),
        CheckConstraint(
            "(closed_at IS NULL) = (finding IS NULL)", name="experiment_closed_with_a_finding"
        ),
        Index(
            "uq_experiments_open",
            "step_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_experiments_wave", "wave_id", "id"),
    )


class ExperimentMailbox(Base):
    """What a mailbox was drawn for."""

    __tablename__ = "experiment_mailboxes"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"), primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    stratum: Mapped[str]
    arm: Mapped[str]

    __table_args__ = (
        CheckConstraint(f"arm IN ({ARMS})", name="experiment_arm"),
        Index("ix_experiment_mailboxes_address", "address_id"),
    )
