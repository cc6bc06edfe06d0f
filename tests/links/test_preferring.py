"""Where messages go is what the person last said: to the chat, by mail, nowhere in this chat."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app.links.chats import Untied, untie
from app.links.preferring import prefer, prefer_mail, resume, silence
from app.models.chats import Chat, ChatTie
from app.models.contacts import Address, Contact
from tests.links.chats import AJAIN, CHAT, GUERET, link_of, preferred, tied, token, writes
from tests.world import World


def address(world: World) -> Address | None:
    """The chat as the outbox knows it."""
    with world.db.reading() as session:
        return session.scalar(select(Address).join(Chat, Chat.address_id == Address.id))


def contacts(world: World) -> list[str]:
    """The mailboxes that we know: a chat is none of them."""
    with world.db.reading() as session:
        return list(session.scalars(select(Contact.role)))


def prefers(world: World, chat_id: int) -> list[bool]:
    with world.db.reading() as session:
        ties = session.scalars(select(ChatTie).where(ChatTie.chat_id == chat_id))
        return [tie.preferred_at is not None for tie in ties]


def test_a_chat_that_only_answers_has_no_address(world: World) -> None:
    tied(world, link_of(world))

    assert address(world) is None


def test_a_chat_that_is_preferred_is_written_to(world: World) -> None:
    chat_id = preferred(world, link_of(world))

    held = address(world)
    assert held is not None
    assert (held.channel, held.value, held.lane, held.state) == (
        *("telegram", CHAT, "telegram"),
        "good",
    )
    assert contacts(world) == ["mairie"]
    assert prefers(world, chat_id) == [True]


def test_yes_said_twice_holds_once(world: World) -> None:
    preferred(world, link_of(world))
    world.now += timedelta(days=1)
    preferred(world, link_of(world))

    with world.db.reading() as session:
        assert session.scalars(select(ChatTie.preferred_at)).one() == world.now - timedelta(days=1)


def test_each_authority_of_a_chat_is_preferred_by_itself(world: World) -> None:
    preferred(world, link_of(world))
    chat_id = tied(world, link_of(world, AJAIN))

    with world.db.transaction() as session:
        prefer(session, chat_id, link_of(world, AJAIN), now=world.now)
        prefer_mail(session, chat_id, link_of(world))

    assert sorted(prefers(world, chat_id)) == [False, True]
    held = address(world)
    assert held is not None
    assert held.state == "good"


def test_who_is_tied_to_nothing_prefers_nothing(world: World) -> None:
    chat_id = tied(world, link_of(world))

    with world.db.transaction() as session:
        assert not prefer(session, chat_id, link_of(world, AJAIN), now=world.now)
        untie(session, chat_id, because=Untied.CHAT, now=world.now)
        assert not prefer(session, chat_id, link_of(world), now=world.now)
    assert address(world) is None


def test_untying_stops_what_was_sent_there(world: World) -> None:
    chat_id = preferred(world, link_of(world))
    preferred(world, link_of(world, AJAIN))

    with world.db.transaction() as session:
        untie(session, chat_id, because=Untied.FORM, now=world.now, links=[link_of(world)])

    assert sorted(prefers(world, chat_id)) == [False, True]
    preferred(world, link_of(world))
    assert prefers(world, chat_id) == [True, True]


def test_stop_writes_no_more_in_this_chat_and_unties_nothing(world: World) -> None:
    chat_id = preferred(world, link_of(world))
    preferred(world, link_of(world, AJAIN))

    with world.db.transaction() as session:
        silence(session, chat_id)

    held = address(world)
    assert held is not None
    assert held.state == "stopped"
    assert prefers(world, chat_id) == [False, False]


def test_the_door_opens_when_the_person_asks_to_go_on(world: World) -> None:
    chat_id = preferred(world, link_of(world))
    with world.db.transaction() as session:
        silence(session, chat_id)

    with world.db.transaction() as session:
        assert resume(session, chat_id)
        assert not resume(session, chat_id)

    held = address(world)
    assert held is not None
    assert held.state == "good"
    # The door is open; whether messages come through it is asked again.
    assert prefers(world, chat_id) == [False]


def test_the_door_opens_when_the_chat_is_tied_anew(world: World) -> None:
    link_id = link_of(world)
    preferred(world, link_id)
    with world.db.transaction() as session:  # as when the person had blocked us
        session.execute(update(Address).values(state="stopped"))

    writes(world, token(world, link_id))

    held = address(world)
    assert held is not None
    assert held.state == "good"


def test_a_link_of_letters_has_no_mailbox_to_speak_for(world: World) -> None:
    link_id, _ = world.link("answer", GUERET)
    chat_id = tied(world, link_id)

    with world.db.transaction() as session:
        assert not prefer(session, chat_id, link_id, now=world.now)


def test_two_chats_told_apart_by_capitals_are_not_mixed_up(world: World) -> None:
    preferred(world, link_of(world), "!Room:agent.example")
    chat_id = tied(world, link_of(world), "!room:agent.example")

    with world.db.transaction() as session:
        assert not prefer(session, chat_id, link_of(world), now=world.now)
    assert prefers(world, chat_id) == [False]
