"""What came in is kept once, answered once, and its words forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.links.chats import Untied, chat_of, untie
from app.links.preferring import prefer, shut_door, silence
from app.models.chats import Chat, ChatUpdate
from app.models.contacts import Address
from app.vocabulary.scope import Channel
from bot import updates
from bot.channels.channel import Heard, Say, Thing
from tests.bot.phone import GUERET, Phone
from tests.world import World

HEARD = Heard("deux agents, dont Jeanne Perrot", "tg:7", "4242", message_id="9")


def n_words(world: World) -> int:
    """How many rows still hold what somebody wrote or was told."""
    held = ChatUpdate.heard.is_not(None) | ChatUpdate.says.is_not(None)
    with world.db.reading() as session:
        return session.scalar(select(func.count()).where(held)) or 0


def test_the_same_update_again_is_the_same_row_however_far_it_went(world: World) -> None:
    first = updates.keep(world.db, Channel.TELEGRAM, HEARD, now=world.now)
    updates.thought(world.db, first, [Say("un"), Say("deux")], None)
    updates.said(world.db, first, 0, "31", Say("un"), last=False, now=world.now)

    again = updates.keep(world.db, Channel.TELEGRAM, HEARD, now=world.now)

    assert again.id == first.id
    assert (again.n_said, again.says, again.done) == (1, (Say("un"), Say("deux")), False)
    assert updates.waiting(world.db, Channel.TELEGRAM) == [again]
    assert updates.waiting(world.db, Channel.MATRIX) == []


def test_words_are_not_kept_once_all_is_said(world: World) -> None:
    one = updates.keep(world.db, Channel.TELEGRAM, HEARD, now=world.now)
    updates.thought(world.db, one, [Say("un")], None)
    assert n_words(world) == 1

    updates.said(world.db, one, 0, "31", Say("un"), last=True, now=world.now)

    assert n_words(world) == 0
    assert updates.waiting(world.db, Channel.TELEGRAM) == []


def test_a_week_later_nothing_is_left(world: World) -> None:
    updates.keep(world.db, Channel.TELEGRAM, HEARD, now=world.now)

    assert updates.purge_updates(world.db, now=world.now + timedelta(days=6)) == 0
    assert updates.purge_updates(world.db, now=world.now + timedelta(days=8)) == 1


# --- A door that was found shut ------------------------------------------------------------------


@pytest.fixture
def shut(world: World, phone: Phone) -> Phone:
    """Reminders came here, until a message of the outbox found the door shut."""
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        chat_id = chat_of(session, phone.channel, phone.external_id)
        assert chat_id is not None
        assert prefer(session, chat_id, link_id, now=world.now)
        shut_door(session, session.get_one(Chat, chat_id).address_id)
    assert state(world) == "stopped"
    return phone


def state(world: World) -> str:
    """What the outbox knows of the only chat."""
    with world.db.reading() as session:
        return session.scalars(select(Address.state).join(Chat)).one()


def the_chat(world: World, phone: Phone) -> int:
    with world.db.reading() as session:
        chat_id = chat_of(session, phone.channel, phone.external_id)
    assert chat_id is not None
    return chat_id


@pytest.mark.parametrize("words", ["/start", "bonjour", "1"])
def test_whoever_writes_again_opens_the_door_that_was_shut(
    world: World, shut: Phone, words: str
) -> None:
    shut.hears(words)

    assert state(world) == "good"


def test_whoever_said_stop_stays_left_alone_whatever_they_write(world: World, shut: Phone) -> None:
    with world.db.transaction() as session:
        silence(session, the_chat(world, shut))

    shut.hears("/start")
    shut.hears("inclusion")

    assert state(world) == "stopped"


def test_stop_is_heard_although_writing_it_opens_the_door(world: World, shut: Phone) -> None:
    shut.hears("stop")

    assert state(world) == "stopped"


def test_a_chat_that_is_tied_to_nothing_any_more_stays_shut(world: World, shut: Phone) -> None:
    with world.db.transaction() as session:
        untie(session, the_chat(world, shut), because=Untied.CONSOLE, now=world.now)

    shut.hears("bonjour")

    assert state(world) == "stopped"


def test_blocking_us_is_no_word(world: World, shut: Phone) -> None:
    shut.hears("", thing=Thing.BLOCKED)

    assert state(world) == "stopped"


def test_a_message_of_before_that_comes_twice_opens_nothing(world: World, phone: Phone) -> None:
    link_id, _ = world.link("answer", GUERET)
    heard = Heard("bonjour", "tg:once", phone.external_id)
    phone.takes(heard)
    with world.db.transaction() as session:
        chat_id = chat_of(session, phone.channel, phone.external_id)
        assert chat_id is not None
        assert prefer(session, chat_id, link_id, now=world.now)
        shut_door(session, session.get_one(Chat, chat_id).address_id)

    phone.takes(heard)

    assert state(world) == "stopped"
