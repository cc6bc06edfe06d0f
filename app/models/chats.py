"""Chats: conversations on a messenger, what they are tied to, what was said and is still to say."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, NationalOnly, ScopeRule
from app.models.contacts import Address, Link


class Chat(Base):
    """A conversation on a messenger, tied to links: it may do what the links may."""

    __tablename__ = "chats"
    # Seen by whoever sees one of the territories it is tied to.
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: Chat.id.in_(
            ChatTie.__table__.select()
            .join(Link.__table__, Link.__table__.c.id == ChatTie.__table__.c.link_id)
            .with_only_columns(ChatTie.__table__.c.chat_id)
            .where(Link.__table__.c.territory_id.in_(visible))
        )
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    channel: Mapped[str]
    external_id: Mapped[str]  # "erased:<id>" once forgotten
    created_at: Mapped[datetime]
    # The unit of sending, once this chat may be written to; None: it only answers.
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"))
    last_heard_at: Mapped[datetime | None]  # a silent chat falls back to mail

    address: Mapped[Address | None] = relationship()

    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        UniqueConstraint("address_id"),
    )


class ChatTie(Base):
    """That a chat may do what a link may; untied, it may no more, and the row says why."""

    __tablename__ = "chat_ties"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: ChatTie.link_id.in_(
            Link.__table__.select()
            .with_only_columns(Link.__table__.c.id)
            .where(Link.__table__.c.territory_id.in_(visible))
        )
    )

    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    link_id: Mapped[UUID] = mapped_column(ForeignKey("links.id"), primary_key=True)
    tied_at: Mapped[datetime]
    preferred_at: Mapped[datetime | None]  # asked for messages here rather than by mail
    untied_at: Mapped[datetime | None]
    untied_because: Mapped[str | None]

    link: Mapped[Link] = relationship()
    chat: Mapped[Chat] = relationship()

    __table_args__ = (
        CheckConstraint("untied_because IN ('chat', 'form', 'console')", name="untied_because"),
        CheckConstraint("(untied_at IS NULL) = (untied_because IS NULL)", name="untied_says_why"),
        Index("ix_chat_ties_link", "link_id"),
    )


class ChatCode(Base):
    """Six digits that tie a chat to a link once, for a quarter of an hour; a keyed hash."""

    __tablename__ = "chat_codes"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    link_id: Mapped[UUID] = mapped_column(ForeignKey("links.id"))
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        # Two live codes that read alike would open one another's town hall.
        Index(
            "uq_chat_codes_live", "code_hash", unique=True, postgresql_where=text("used_at IS NULL")
        ),
        Index("ix_chat_codes_link", "link_id"),
    )


class Prompt(Base):
    """A prompt sent in a chat: a button belongs to it, typed text to the chat’s last one."""

    __tablename__ = "prompts"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Prompt.territory_id.in_(visible))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    external_message_id: Mapped[str]
    kind: Mapped[str]  # question, choice_of_theme, submit, choice_of_territory…
    territory_id: Mapped[int | None] = mapped_column(ForeignKey("territories.id"))
    theme: Mapped[str | None]
    question: Mapped[str | None]
    seen: Mapped[int | None]  # the answer event that the person was shown
    details: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    sent_at: Mapped[datetime]
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("links.id"))  # in whose name

    __table_args__ = (
        UniqueConstraint("chat_id", "external_message_id"),
        Index("ix_prompts_chat", "chat_id", "id"),
    )


class ChatUpdate(Base):
    """One message that came in: kept before it is confirmed, answered once whatever repeats it.

    `heard` and `says` hold people's words: both are blanked once everything was said.
    """

    __tablename__ = "chat_updates"
    scoped: ClassVar[type[NationalOnly]] = NationalOnly

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    channel: Mapped[str]
    update_id: Mapped[str]  # the messenger's own name for it
    external_id: Mapped[str]  # of the conversation
    message_id: Mapped[str | None]  # the person's message, by which an edit names it
    prompt_id: Mapped[int | None] = mapped_column(ForeignKey("prompts.id"))  # what it answered
    heard: Mapped[dict[str, Any] | None]
    says: Mapped[list[Any] | None] = mapped_column(JSONB)  # None: not thought of yet
    n_said: Mapped[int] = mapped_column(server_default=text("0"))  # of them, already sent
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index(
            "ix_chat_updates_waiting",
            "channel",
            "id",
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_chat_updates_message", "channel", "external_id", "message_id"),
    )
