"""Sending as a whole: what comes back by mail, what holds it, and which database this is."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Everyone, NationalOnly, ScopeRule
from app.models.contacts import Address
from app.vocabulary.mail_reports import ReportKind
from app.vocabulary.sending_holds import HoldReason

REPORT_KINDS = ", ".join(f"'{kind}'" for kind in ReportKind)
HOLD_REASONS = ", ".join(f"'{reason}'" for reason in HoldReason)


class MailReport(Base):
    """What a mail server or a mailbox sent back about a message of ours. Never its words.

    `digest` is of the mail as received: read twice, from two boxes, it counts once.
    """

    __tablename__ = "mail_reports"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: MailReport.address_id.in_(
            Address.__table__.select()
            .with_only_columns(Address.__table__.c.id)
            .where(Address.scoped(visible))
        )
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)  # SHA-256
    kind: Mapped[str]
    code: Mapped[str]  # RFC 3463's status, or ""
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"))
    received_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(f"kind IN ({REPORT_KINDS})", name="mail_report_kind"),
        Index("ix_mail_reports_address", "address_id", "received_at"),
        Index("ix_mail_reports_message", "message_id"),
        Index("ix_mail_reports_received", "received_at"),
    )


class SendingHold(Base):
    """Nothing leaves while it lasts: for everybody, or for the mailboxes of one domain."""

    __tablename__ = "sending_holds"
    scoped: ClassVar[type[Everyone]] = Everyone

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    reason: Mapped[str]
    domain: Mapped[str | None]  # in lower case; None: all sending
    since: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
    lifted_by_kind: Mapped[str | None]
    lifted_by_id: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(f"reason IN ({HOLD_REASONS})", name="sending_hold_reason"),
        CheckConstraint("(reason = 'domain') = (domain IS NOT NULL)", name="hold_of_a_domain"),
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by_kind IS NULL)", name="hold_lifted_by_somebody"
        ),
        Index(
            "uq_sending_holds_live",
            "reason",
            "domain",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )


class Installation(Base):
    """The one database that may send, as it was when sending last began or was allowed again."""

    __tablename__ = "installation"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    system_identifier: Mapped[str]  # of the PostgreSQL cluster
    database_oid: Mapped[int]
    timeline: Mapped[int]  # another one after a restore to a point in time
    public_url: Mapped[str]
    noted_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("id = 1", name="only_one_installation"),)
