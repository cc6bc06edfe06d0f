"""Chats, the links they are tied to, and the prompts that were sent: what a conversation keeps.

There is no other state: a button belongs to its prompt, typed text to the chat's last one, and
where one stands in a questionnaire is computed from the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.links.make import Wanted, ensure_links
from app.links.opened import RevokedLink
from app.models.chats import Chat, ChatTie, Prompt
from app.models.contacts import Contact, Link
from app.vocabulary.scope import Channel


class PromptKind(StrEnum):
    """What a prompt waits for."""

    THEME = "choice_of_theme"
    QUESTION = "question"
    CONFLICT = "conflict"
    SUBMIT = "submit"


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt: what was asked, and which answer the person was shown with it (`seen`)."""

    kind: PromptKind
    territory_id: int
    theme: str | None = None
    question: str | None = None
    seen: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def tie(db: Database, channel: Channel, external_id: str, link_id: UUID, *, now: datetime) -> int:
    """Let this chat do what the link may; the chat's id. Tied again, it holds once."""
    with db.transaction() as session:
        known = select(Chat.id).where(Chat.channel == channel, Chat.external_id == external_id)
        session.execute(
            insert(Chat)
            .values(channel=channel, external_id=external_id, created_at=now)
            .on_conflict_do_nothing()
        )
        chat_id = session.scalars(known).one()
        session.execute(
            insert(ChatTie)
            .values(chat_id=chat_id, link_id=link_id, tied_at=now)
            .on_conflict_do_nothing()
        )
        return chat_id


def link_behind(session: Session, chat_id: int) -> Link:
    """The live link a chat was last tied to; `RevokedLink` when there is none left."""
    link = session.scalar(
        select(Link)
        .join(ChatTie, ChatTie.link_id == Link.id)
        .where(ChatTie.chat_id == chat_id, Link.revoked_at.is_(None))
        .order_by(ChatTie.tied_at.desc(), Link.id)
        .limit(1)
    )
    if link is None:
        raise RevokedLink
    return link


def last_asked(session: Session, chat_id: int) -> Asked | None:
    """The last prompt of a chat: what typed text answers."""
    return _asked(session, select(Prompt).where(Prompt.chat_id == chat_id))


def asked_by(session: Session, chat_id: int, external_message_id: str) -> Asked | None:
    """The prompt of one message: what its buttons answer, however old."""
    of_chat = select(Prompt).where(Prompt.chat_id == chat_id)
    return _asked(session, of_chat.where(Prompt.external_message_id == external_message_id))


def remember(
    db: Database, chat_id: int, external_message_id: str, asked: Asked, *, now: datetime
) -> None:
    """Keep a prompt that was just sent, under the name the messenger gave its message."""
    with db.transaction() as session:
        session.add(
            Prompt(
                chat_id=chat_id,
                external_message_id=external_message_id,
                kind=asked.kind,
                territory_id=asked.territory_id,
                theme=asked.theme,
                question=asked.question,
                seen=asked.seen,
                details=asked.details,
                sent_at=now,
            )
        )


def link_of_territory(db: Database, territory_id: int, *, key_id: int, now: datetime) -> UUID:
    """An answer link of this authority, for whoever tries the dialogue on this machine."""
    with db.transaction() as session:
        contact_id = session.scalar(
            select(Contact.id)
            .where(Contact.territory_id == territory_id, Contact.stopped_at.is_(None))
            .order_by(Contact.id)
            .limit(1)
        )
        wanted = Wanted("answer", territory_id, contact_id)
        return ensure_links(session, [wanted], key_id=key_id, now=now)[wanted]


def _asked(session: Session, prompts: Select[Prompt]) -> Asked | None:
    row = session.scalar(prompts.order_by(Prompt.id.desc()).limit(1))
    if row is None or row.territory_id is None:
        return None
    return Asked(
        PromptKind(row.kind), row.territory_id, row.theme, row.question, row.seen, row.details
    )
