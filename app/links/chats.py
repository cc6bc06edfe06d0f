"""Which links a chat is tied to: what it may do is what they may. Steps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from app.links.handoff import WEB
from app.models.chats import Chat, ChatTie
from app.models.contacts import Link
from app.vocabulary.scope import Channel


class Untied(StrEnum):
    """From where a chat was untied."""

    CHAT = "chat"
    FORM = "form"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class TiedChat:
    """A chat that is tied, as whoever may untie it sees it: never who is on the other side."""

    chat_id: int
    channel: Channel
    tied_at: datetime
    last_heard_at: datetime | None
    preferred: bool  # messages go there rather than by mail


def chat_of(session: Session, channel: Channel, external_id: str) -> int | None:
    """The chat's id; None while it was never tied to anything."""
    return session.scalar(
        select(Chat.id).where(Chat.channel == channel, Chat.external_id == external_id)
    )


def tie(
    session: Session, channel: Channel, external_id: str, link_id: UUID, *, now: datetime
) -> int:
    """Let this chat do what the link may; the chat's id. Tied again, it holds once."""
    session.execute(
        insert(Chat)
        .values(channel=channel, external_id=external_id, created_at=now, last_heard_at=now)
        .on_conflict_do_nothing()
    )
    chat_id = chat_of(session, channel, external_id)
    assert chat_id is not None
    again = {"tied_at": now, "untied_at": None, "untied_because": None}
    session.execute(
        insert(ChatTie)
        .values(chat_id=chat_id, link_id=link_id, tied_at=now)
        .on_conflict_do_update(
            index_elements=["chat_id", "link_id"], set_=again, where=ChatTie.untied_at.is_not(None)
        )
    )
    return chat_id


def untie(
    session: Session,
    chat_id: int,
    *,
    because: Untied,
    now: datetime,
    links: Collection[UUID] | None = None,
) -> int:
    """Take these ties back, or all of the chat; how many were live.

    Nothing more is sent there in the name of these links, and what was said there opens nothing.
    """
    of_chat = update(ChatTie).where(ChatTie.chat_id == chat_id, ChatTie.untied_at.is_(None))
    if links is not None:
        of_chat = of_chat.where(ChatTie.link_id.in_(links))
    values = {"untied_at": now, "untied_because": because, "preferred_at": None}
    untied = session.scalars(of_chat.values(values).returning(ChatTie.link_id)).all()
    session.execute(
        update(Link)
        .where(Link.purpose == WEB, Link.delegated_by.in_(untied), Link.revoked_at.is_(None))
        .values(revoked_at=now, revoked_because="untied")
    )
    return len(untied)


def tied_links(session: Session, chat_id: int) -> list[Link]:
    """The live links that a chat is tied to, with their authorities, the newest tie first."""
    return list(
        session.scalars(
            select(Link)
            .join(ChatTie, ChatTie.link_id == Link.id)
            .where(
                ChatTie.chat_id == chat_id,
                ChatTie.untied_at.is_(None),
                Link.revoked_at.is_(None),
            )
            .options(joinedload(Link.territory))
            .order_by(ChatTie.tied_at.desc(), Link.id)
        )
    )


def chats_of_link(session: Session, link_id: UUID) -> list[TiedChat]:
    """The chats tied to one link, the newest tie first."""
    return _tied_chats(session, Link.id == link_id)


def chats_of_territory(session: Session, territory_id: int) -> list[TiedChat]:
    """The chats tied to any live link of an authority, once each."""
    return _tied_chats(session, Link.territory_id == territory_id)


def messengers_of_links(session: Session, links: Collection[UUID]) -> tuple[Channel, ...]:
    """On which messengers these links have chats, each once."""
    found = session.scalars(
        select(Chat.channel)
        .join(ChatTie, ChatTie.chat_id == Chat.id)
        .where(ChatTie.link_id.in_(links), ChatTie.untied_at.is_(None))
        .distinct()
        .order_by(Chat.channel)
    )
    return tuple(Channel(one) for one in found)


def _tied_chats(session: Session, where: ColumnElement[bool]) -> list[TiedChat]:
    rows = session.execute(
        select(
            Chat.id,
            Chat.channel,
            func.min(ChatTie.tied_at).label("tied_at"),
            Chat.last_heard_at,
            func.bool_or(ChatTie.preferred_at.is_not(None)).label("preferred"),
        )
        .join(ChatTie, ChatTie.chat_id == Chat.id)
        .join(Link, Link.id == ChatTie.link_id)
        .where(where, ChatTie.untied_at.is_(None), Link.revoked_at.is_(None))
        .group_by(Chat.id, Chat.channel, Chat.last_heard_at)
        .order_by(func.min(ChatTie.tied_at).desc(), Chat.id.desc())
    )
    return [
        TiedChat(row.id, Channel(row.channel), row.tied_at, row.last_heard_at, row.preferred)
        for row in rows
    ]
