"""Cases, responses and answer events: what is asked of whom, and what came."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, ScopeRule
from app.models.campaigns import QuestionnaireVersion, Wave
from app.models.territories import Territory
from app.vocabulary.dispositions import D

DISPOSITION_CODES = ", ".join(f"'{code}'" for code in D)


class Case(Base):
    """One theme of one wave asked of one territory, with or without an address."""

    __tablename__ = "cases"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Case.territory_id.in_(visible))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    theme: Mapped[str]
    disposition: Mapped[str]  # equal to the last event's
    moved_at: Mapped[datetime]
    kind: Mapped[str]  # profile snapshot, taken when the wave opened
    population: Mapped[int | None]
    stratum: Mapped[str]

    territory: Mapped[Territory] = relationship()
    wave: Mapped[Wave] = relationship()
    response: Mapped[SurveyResponse] = relationship(back_populates="case")

    __table_args__ = (
        UniqueConstraint("wave_id", "territory_id", "theme"),
        CheckConstraint(f"disposition IN ({DISPOSITION_CODES})", name="disposition_known"),
        Index("ix_cases_territory", "territory_id", "theme"),
        Index("ix_cases_wave_disposition", "wave_id", "disposition"),
    )


class CaseEvent(Base):
    """A case moved: append-only. Written by `app.cases.record` and by the opening of a wave."""

    __tablename__ = "case_events"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: CaseEvent.case_id.in_(
            Case.__table__.select()
            .with_only_columns(Case.__table__.c.id)
            .where(Case.__table__.c.territory_id.in_(visible))
        )
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    from_disposition: Mapped[str | None]
    to_disposition: Mapped[str]
    why: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"to_disposition IN ({DISPOSITION_CODES})", name="event_disposition_known"),
        Index("ix_case_events_case", "case_id", "id"),
    )


class SurveyResponse(Base):
    """The one official answer to a case; `answers` = {question: {"value": …, "event": id}}."""

    __tablename__ = "responses"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: SurveyResponse.case_id.in_(
            Case.__table__.select()
            .with_only_columns(Case.__table__.c.id)
            .where(Case.__table__.c.territory_id.in_(visible))
        )
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by_kind: Mapped[str | None]
    submitted_by_id: Mapped[str | None]
    receipt_number: Mapped[str | None] = mapped_column(unique=True)

    case: Mapped[Case] = relationship(back_populates="response")
    questionnaire: Mapped[QuestionnaireVersion] = relationship()


class AnswerEvent(Base):
    """An answer given, counted or not: append-only; value and actor are blanked by `forget()`."""

    __tablename__ = "answer_events"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: AnswerEvent.response_id.in_(
            SurveyResponse.__table__.select()
            .join(Case.__table__, Case.__table__.c.id == SurveyResponse.__table__.c.case_id)
            .with_only_columns(SurveyResponse.__table__.c.id)
            .where(Case.__table__.c.territory_id.in_(visible))
        )
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"))
    question: Mapped[str]
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    counted: Mapped[bool]  # False: lost a conflict, kept all the same
    channel: Mapped[str]
    source: Mapped[str]  # "form:<nonce>", "tg:<update id>": a repeat is recognised by it
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    # A suggestion that was confirmed: "last_year:<response>", "indicator:<name>", "copy:<response>"
    origin: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("response_id", "source", "question"),
        Index("ix_answer_events_response", "response_id", "id"),
    )


class FollowUp(Base):
    """A note about a territory in a wave: a call, what was said, what to do next.

    Written by the staff, or by a step of the wave's calendar that asks for a call.
    """

    __tablename__ = "follow_ups"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: FollowUp.territory_id.in_(visible))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    note: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    call_again_at: Mapped[datetime | None]
    step_id: Mapped[int | None] = mapped_column(ForeignKey("wave_steps.id"))

    territory: Mapped[Territory] = relationship()

    __table_args__ = (
        UniqueConstraint("territory_id", "step_id"),
        CheckConstraint("user_id IS NOT NULL OR step_id IS NOT NULL", name="note_of_somebody"),
        Index("ix_follow_ups_territory", "territory_id", "id"),
    )
