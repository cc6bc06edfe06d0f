"""What a person does with a chat, in the words of the tests of this room."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.links.chats import tie, tied_links
from app.links.preferring import prefer
from app.links.signed import Signer
from app.links.tie_codes import Digits
from app.links.tying import NotTied, chat_token, hash_of_chat, new_codes, tie_with
from app.models.contacts import Link
from app.vocabulary.scope import Channel
from tests.world import World

AJAIN, GUERET = "23002", "23096"
CHAT = "4411"


def link_of(world: World, code: str = GUERET) -> UUID:
    """The link of the town hall’s mailbox."""
    world.contact(code, f"mairie{code}@mairie.invalid")
    return world.link("answer", code)[0]


def token(world: World, link_id: UUID) -> str:
    """What a deep link to this chat carries."""
    with world.db.transaction() as session:
        return chat_token(session, world.signer, session.get_one(Link, link_id), now=world.now)


def digits(world: World, link_id: UUID) -> Digits:
    return new_codes(world.db, world.signer, link_id, now=world.now).digits


def writes(world: World, typed: str, chat: str = CHAT, channel: Channel = Channel.TELEGRAM) -> Link:
    """Somebody writes this in a chat that may be tied to nothing yet."""
    where = hash_of_chat(world.letterhead.secret, channel, chat)
    return tie_with(world.db, world.signer, channel, chat, typed, where, now=world.now)


def tied(world: World, link_id: UUID, chat: str = CHAT) -> int:
    """A chat that is tied to this link; its id."""
    with world.db.transaction() as session:
        return tie(session, Channel.TELEGRAM, chat, link_id, now=world.now)


def preferred(world: World, link_id: UUID, chat: str = CHAT) -> int:
    """A chat whose person wants messages there; its id."""
    chat_id = tied(world, link_id, chat)
    with world.db.transaction() as session:
        assert prefer(session, chat_id, link_id, now=world.now)
    return chat_id


def opens(world: World, chat_id: int) -> list[UUID]:
    """The links that a chat may use, the newest tie first."""
    with world.db.reading() as session:
        return [link.id for link in tied_links(session, chat_id)]


def refused(world: World, typed: str, chat: str = CHAT) -> str:
    """The sentence that this gets."""
    with pytest.raises(NotTied) as said:
        writes(world, typed, chat)
    return str(said.value)


def forged(world: World, link_id: UUID) -> str:
    """A deep link’s token, signed by somebody else."""
    return Signer({1: "la clé d’un voleur"}).token(link_id, "chat", 1)
