"""Forgetting a person: a mailbox and all that hangs on it, or a chat that no mailbox leads to.

PostgreSQL's `forget()` goes from a mailbox to its links, and from these to the chats tied to them.
A chat that was opened by a letter's code is tied to a link of no mailbox: it is reached here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.links.chats import Untied, untie
from app.models.chats import Chat
from app.models.contacts import Address
from app.models.organisations import AuditEntry
from app.vocabulary.scope import Author, Channel


class UnknownMailbox(Refused):
    """No mailbox of that name, or it was forgotten."""

    sentence = "Nous n’avons pas cette adresse. Vérifiez-la\u00a0: rien n’est effacé."
    status = 404


class NoSuchChat(Refused):
    """Not a conversation of that authority's letters."""

    sentence = "Cette collectivité n’a pas de conversation de ce numéro. Rien n’est effacé."
    status = 404


@dataclass(frozen=True, slots=True)
class LoneChat:
    """A conversation that only letters opened: never who is on the other side."""

    chat_id: int
    channel: Channel
    created_at: datetime
    last_heard_at: datetime | None


_FORGET = text("SELECT forget(:address, :now)")
_LONE = """
    external_id NOT LIKE 'erased:%' AND NOT EXISTS (
        SELECT FROM chat_ties JOIN links ON links.id = chat_ties.link_id
         WHERE chat_ties.chat_id = chats.id AND links.contact_id IS NOT NULL)
"""
_OF_TERRITORY = text(f"""
    SELECT id, channel, created_at, last_heard_at FROM chats
     WHERE {_LONE} AND id IN (
        SELECT chat_ties.chat_id FROM chat_ties JOIN links ON links.id = chat_ties.link_id
         WHERE links.territory_id = :territory)
     ORDER BY id
""")
_SILENT = text(f"""
    SELECT id FROM chats
     WHERE {_LONE} AND coalesce(last_heard_at, created_at) < :until ORDER BY id FOR UPDATE
""")
_SAID = text("""
    DELETE FROM chat_updates USING chats
     WHERE chats.id = :chat AND chat_updates.channel = chats.channel
       AND chat_updates.external_id = chats.external_id
""")
_UNNAME = text("UPDATE chats SET external_id = 'erased:' || id WHERE id = :chat")
_TIES = text("DELETE FROM chat_ties WHERE chat_id = :chat")


def lone_chats(session: Session, territory_id: int) -> list[LoneChat]:
    """The conversations that an authority's letters opened, and that no mailbox leads to."""
    rows = session.execute(_OF_TERRITORY, {"territory": territory_id})
    return [
        LoneChat(row.id, Channel(row.channel), row.created_at, row.last_heard_at) for row in rows
    ]


def forget_mailbox(db: Database, email: str, *, by: Author, now: datetime) -> None:
    """Forget a mailbox, its messages, and the answers that were given by its links. For ever."""
    with db.transaction() as session:
        address_id = session.scalar(
            select(Address.id).where(
                Address.channel == Channel.EMAIL,
                func.lower(Address.value) == email.strip().lower(),
                Address.state != "erased",
            )
        )
        if address_id is None:
            raise UnknownMailbox
        session.execute(_FORGET, {"address": address_id, "now": now})
        session.add(AuditEntry.of(by, "mailbox_forgotten", f"address:{address_id}", at=now))


def forget_lone_chat(
    db: Database, territory_id: int, chat_id: int, *, by: Author, now: datetime
) -> None:
    """Forget a conversation that this authority's letters opened: who it is with, what was said.

    Answers stay: they were given in the name of the authority's letter, which names nobody.
    """
    with db.transaction() as session:
        if chat_id not in [one.chat_id for one in lone_chats(session, territory_id)]:
            raise NoSuchChat
        _forget(session, chat_id, now)
        session.add(AuditEntry.of(by, "chat_forgotten", f"chat:{chat_id}", at=now))


def forget_silent_chats(session: Session, *, until: datetime, now: datetime) -> int:
    """A step: forget the chats that no mailbox leads to and that were silent since; how many."""
    silent = session.scalars(_SILENT, {"until": until}).all()
    for chat_id in silent:
        _forget(session, chat_id, now)
    return len(silent)


def _forget(session: Session, chat_id: int, now: datetime) -> None:
    """As `forget()` does for a chat; the conversation may begin again, as with a stranger."""
    untie(session, chat_id, because=Untied.CONSOLE, now=now)
    address_id = session.scalar(select(Chat.address_id).where(Chat.id == chat_id))
    if address_id is not None:
        session.execute(_FORGET, {"address": address_id, "now": now})
    for statement in (_SAID, _UNNAME, _TIES):
        session.execute(statement, {"chat": chat_id})
