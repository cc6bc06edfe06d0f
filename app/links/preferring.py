"""Whether messages go to a chat or by mail: what the person said there. Steps.

A chat that is written to is an address like a mailbox, without a contact of its own: the contact is
the one whose link it is tied to, with their stop and their cap. One that only answers has none.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models.chats import Chat, ChatTie
from app.models.contacts import Address, Contact, Link
from app.vocabulary.scope import Channel


def prefer(session: Session, chat_id: int, link_id: UUID, *, now: datetime) -> bool:
    """Messages about this link's authority come in this chat rather than by mail.

    False where they may not: the chat is not tied to the link, the link is no contact's, or the
    contact asked for no more messages, wherever they come.
    """
    contact_id = session.scalar(
        select(Link.contact_id)
        .join(ChatTie, ChatTie.link_id == Link.id)
        .join(Contact, Contact.id == Link.contact_id)
        .where(
            Contact.stopped_at.is_(None),
            ChatTie.chat_id == chat_id,
            ChatTie.link_id == link_id,
            ChatTie.untied_at.is_(None),
            Link.revoked_at.is_(None),
        )
        .with_for_update(of=ChatTie)
    )
    if contact_id is None or _address(session, chat_id, now) is None:
        return False
    resume(session, chat_id)
    session.execute(
        update(ChatTie)
        .where(ChatTie.chat_id == chat_id, ChatTie.link_id == link_id)
        .values(preferred_at=func.coalesce(ChatTie.preferred_at, now))
    )
    return True


def prefer_mail(session: Session, chat_id: int, link_id: UUID) -> None:
    """Messages about this link's authority go by mail again; the chat still answers."""
    _prefer_no_more(session, chat_id, link_id)


def preferred_messengers(session: Session, contacts: Collection[int]) -> list[Channel]:
    """Where these contacts have messages come rather than by mail, each once."""
    found = session.scalars(
        select(Chat.channel)
        .join(ChatTie, ChatTie.chat_id == Chat.id)
        .join(Link, Link.id == ChatTie.link_id)
        .join(Address, Address.id == Chat.address_id)
        .where(
            Link.contact_id.in_(contacts),
            Link.revoked_at.is_(None),
            ChatTie.preferred_at.is_not(None),
            ChatTie.untied_at.is_(None),
            Address.state == "good",
        )
        .distinct()
        .order_by(Chat.channel)
    )
    return [Channel(one) for one in found]


def prefer_nowhere(session: Session, contacts: Collection[int]) -> None:
    """These contacts want no message any more: their chats still answer, and are still tied."""
    theirs = select(Link.id).where(Link.contact_id.in_(contacts))
    session.execute(
        update(ChatTie)
        .where(ChatTie.link_id.in_(theirs), ChatTie.preferred_at.is_not(None))
        .values(preferred_at=None)
        .execution_options(synchronize_session=False)
    )


def silence(session: Session, chat_id: int) -> None:
    """Write nothing more in this chat, about any authority; it still answers, and is still tied."""
    _prefer_no_more(session, chat_id)
    shut_door(session, session.get_one(Chat, chat_id).address_id)


def shut_door(session: Session, address_id: int | None) -> None:
    """Nothing is sent to this chat until the person writes there again (`COMES_BACK`).

    What they prefer is left as it is: they did not say "stop". None: it only answers, and has no
    door to shut.
    """
    session.execute(
        update(Address)
        .where(Address.id == address_id, Address.state == "good")
        .values(state="stopped")
    )


COMES_BACK = """
    UPDATE addresses SET state = 'good' FROM spoke
     WHERE addresses.id = spoke.address_id AND addresses.state = 'stopped'
       AND EXISTS (SELECT FROM chat_ties WHERE chat_ties.chat_id = spoke.id
                      AND chat_ties.untied_at IS NULL AND chat_ties.preferred_at IS NOT NULL)
"""
"""Part of a statement: opens again the door of the chat that `spoke` (its id and address_id).

A door that was found shut still has somebody's preference behind it; "stop" takes them all back,
and whoever said it stays left alone."""


def resume(session: Session, chat_id: int) -> bool:
    """The person wrote here to go on: the door that was shut opens; False if none was."""
    opened = session.scalars(
        update(Address)
        .where(Address.id == Chat.address_id, Chat.id == chat_id, Address.state == "stopped")
        .values(state="good")
        .returning(Address.id)
    )
    return bool(opened.all())


def _prefer_no_more(session: Session, chat_id: int, link_id: UUID | None = None) -> None:
    of_chat = update(ChatTie).where(ChatTie.chat_id == chat_id)
    if link_id is not None:
        of_chat = of_chat.where(ChatTie.link_id == link_id)
    session.execute(of_chat.values(preferred_at=None))


def _address(session: Session, chat_id: int, now: datetime) -> int | None:
    """The chat as an address, made when it is missing.

    None when another chat's name differs from this one's by capitals alone: addresses are told
    apart without them, and its messages would go to the other.
    """
    chat = session.get_one(Chat, chat_id)
    if chat.address_id is not None:
        return chat.address_id
    session.execute(
        insert(Address)
        .values(channel=chat.channel, value=chat.external_id, lane=chat.channel, created_at=now)
        .on_conflict_do_nothing()
    )
    chat.address_id = session.scalar(
        select(Address.id).where(Address.channel == chat.channel, Address.value == chat.external_id)
    )
    session.flush()
    return chat.address_id
