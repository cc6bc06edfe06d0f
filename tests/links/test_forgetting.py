"""A conversation that a letter's code opened belongs to no mailbox: it is forgotten as well."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.links.codes import letter_link
from app.links.forgetting import (
    LoneChat,
    NoSuchChat,
    UnknownMailbox,
    forget_lone_chat,
    forget_mailbox,
    forget_silent_chats,
    lone_chats,
)
from app.vocabulary.scope import Author
from tests.links.chats import AJAIN, CHAT, GUERET, link_of, opens, preferred, tied
from tests.world import World

SYSTEM = Author.system()


def letter_of(world: World, code: str = GUERET) -> UUID:
    """The link that this authority's letters lead to."""
    with world.db.transaction() as session:
        return letter_link(session, world.signer, world.territory(code).id, now=world.now)


def lone(world: World, code: str = GUERET) -> list[LoneChat]:
    with world.db.reading() as session:
        return lone_chats(session, world.territory(code).id)


def forgets(world: World, chat_id: int, code: str = GUERET) -> None:
    territory_id = world.territory(code).id
    forget_lone_chat(world.db, territory_id, chat_id, by=SYSTEM, now=world.now)


def silent_for(world: World, days: float) -> int:
    with world.db.transaction() as session:
        until = world.now - timedelta(days=days)
        return forget_silent_chats(session, until=until, now=world.now)


def writes_something(world: World, chat: str = CHAT) -> None:
    """What the person said waits for its answer."""
    with world.db.transaction() as session:
        session.execute(
            text(
                "INSERT INTO chat_updates (channel, update_id, external_id, heard, received_at) "
                "VALUES ('telegram', 'tg:1', :chat, '{\"text\": \"Jeanne Perrot\"}', :now)"
            ),
            {"chat": chat, "now": world.now},
        )


def test_the_conversation_of_a_letter_is_forgotten(world: World) -> None:
    chat_id = tied(world, letter_of(world))
    writes_something(world)
    other = tied(world, letter_of(world), "77")
    assert [one.chat_id for one in lone(world)] == [chat_id, other]

    forgets(world, chat_id)

    assert world.tables_that_hold(CHAT) == []
    assert world.tables_that_hold("Perrot") == []
    assert opens(world, chat_id) == []
    assert opens(world, other) == [letter_of(world)]
    assert [one.chat_id for one in lone(world)] == [other]


def test_who_writes_again_is_a_stranger(world: World) -> None:
    former = tied(world, letter_of(world))
    forgets(world, former)

    assert tied(world, letter_of(world)) != former


def test_a_conversation_that_a_mailbox_leads_to_goes_with_it(world: World) -> None:
    chat_id = tied(world, letter_of(world))
    preferred(world, link_of(world))
    assert lone(world) == []
    with pytest.raises(NoSuchChat):
        forgets(world, chat_id)

    forget_mailbox(world.db, f"Mairie{GUERET}@mairie.invalid ", by=SYSTEM, now=world.now)

    assert world.tables_that_hold(CHAT) == []
    assert world.tables_that_hold(f"mairie{GUERET}@") == []


def test_another_authority_s_conversation_is_not_in_reach(world: World) -> None:
    chat_id = tied(world, letter_of(world))

    with pytest.raises(NoSuchChat):
        forgets(world, chat_id, AJAIN)
    assert opens(world, chat_id) == [letter_of(world)]


def test_forgotten_twice_it_is_said(world: World) -> None:
    link_of(world)
    mailbox = f"mairie{GUERET}@mairie.invalid"
    forget_mailbox(world.db, mailbox, by=SYSTEM, now=world.now)

    with pytest.raises(UnknownMailbox):
        forget_mailbox(world.db, mailbox, by=SYSTEM, now=world.now)


def test_who_forgot_is_kept_and_not_whom(world: World) -> None:
    chat_id = tied(world, letter_of(world))
    forgets(world, chat_id)

    with world.db.reading() as session:
        entries = session.execute(text("SELECT action, subject FROM audit_entries")).all()
    assert ("chat_forgotten", f"chat:{chat_id}") in entries


def test_a_silent_conversation_of_a_letter_ends_as_we_said(world: World) -> None:
    old = tied(world, letter_of(world))
    of_a_mailbox = tied(world, link_of(world), "88")
    world.days_pass(10)
    recent = tied(world, letter_of(world), "99")

    assert silent_for(world, 9) == 1
    assert silent_for(world, 9) == 0

    assert opens(world, old) == []
    assert opens(world, of_a_mailbox) == [link_of(world)]
    assert opens(world, recent) == [letter_of(world)]
