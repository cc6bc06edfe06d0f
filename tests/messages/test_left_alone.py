"""Whoever asks to be left alone is left alone: by mail, and in the chat they preferred."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.campaigns.apply import plan_due
from app.links.chats import tied_links
from app.links.preferring import prefer
from app.messages.suppressions import Stopped, stop, suppress, would_stop
from app.models.contacts import Address
from app.vocabulary.scope import Channel
from tests.messages.chats import MAIRIE, Messenger, prefers_the_chat, send_in_chats, ways
from tests.messages.post import (
    AJAIN,
    GUERET,
    change,
    invited,
    open_with_contacts,
    send,
)
from tests.world import World

Says = Callable[[World], object]


@pytest.fixture
def messenger() -> Messenger:
    return Messenger()


@pytest.fixture
def mairie(world: World) -> World:
    """Guéret’s town hall, which a wave is about to ask."""
    open_with_contacts(world, (GUERET, MAIRIE))
    return world


def stops_by_mail(world: World) -> Stopped:
    """The secretary presses the button behind the link at the foot of a mail."""
    return stop(world.db, world.link("stop", GUERET)[0], now=world.now)


def complains(world: World) -> None:
    """The mailbox reports us as unwanted mail."""
    with world.db.transaction() as session:
        address = session.scalars(select(Address).where(Address.value == MAIRIE)).one()
        suppress(
            session, address, reason="complaint", secret=world.letterhead.secret, now=world.now
        )


def everything_leaves(world: World, messenger: Messenger) -> None:
    """A batch, the reminders of two weeks later, and all that they queued."""
    invited(world)
    send_in_chats(world, messenger)
    send(world)
    world.days_pass(16)
    plan_due(world.db, world.letterhead, now=world.now)
    send_in_chats(world, messenger)
    send(world)


@pytest.mark.parametrize("says", [stops_by_mail, complains])
def test_nothing_comes_in_the_chat_of_who_wants_no_more_mail(
    mairie: World, messenger: Messenger, says: Says
) -> None:
    prefers_the_chat(mairie, GUERET)
    says(mairie)

    everything_leaves(mairie, messenger)

    assert messenger.carried == []
    assert mairie.sink.messages == []


@pytest.mark.parametrize("says", [stops_by_mail, complains])
def test_no_reminder_comes_in_the_chat_of_who_was_invited_there_before(
    mairie: World, messenger: Messenger, says: Says
) -> None:
    prefers_the_chat(mairie, GUERET)
    invited(mairie)
    send_in_chats(mairie, messenger)
    says(mairie)

    mairie.days_pass(16)
    plan_due(mairie.db, mairie.letterhead, now=mairie.now)

    assert ways(mairie) == [("invitation", "telegram", "sent")]


@pytest.mark.parametrize("says", [stops_by_mail, complains])
def test_what_waited_for_the_chat_is_cancelled_and_goes_nowhere_else(
    mairie: World, messenger: Messenger, says: Says
) -> None:
    prefers_the_chat(mairie, GUERET)
    invited(mairie)
    says(mairie)

    send_in_chats(mairie, messenger)
    send(mairie)

    assert ways(mairie) == [("invitation", "telegram", "cancelled")]
    assert messenger.carried == []


def test_a_mailbox_that_bounces_silences_no_chat(mairie: World, messenger: Messenger) -> None:
    prefers_the_chat(mairie, GUERET)
    change(mairie, "UPDATE addresses SET state = 'bouncing' WHERE channel = 'email'")

    invited(mairie)
    send_in_chats(mairie, messenger)

    assert len(messenger.carried) == 1


def test_the_chat_still_answers_and_cannot_be_preferred_again(mairie: World) -> None:
    chat_id = prefers_the_chat(mairie, GUERET)
    link_id = mairie.link("answer", GUERET)[0]

    told = stops_by_mail(mairie)

    assert told.messengers == (Channel.TELEGRAM,)
    with mairie.db.transaction() as session:
        assert [link.id for link in tied_links(session, chat_id)] == [link_id]
        assert not prefer(session, chat_id, link_id, now=mairie.now)


def test_another_commune_of_the_same_chat_is_still_written_to(
    world: World, messenger: Messenger
) -> None:
    open_with_contacts(world, (GUERET, MAIRIE), (AJAIN, MAIRIE))
    prefers_the_chat(world, GUERET, AJAIN)

    assert stops_by_mail(world).territories == ("Guéret",)
    invited(world)
    send_in_chats(world, messenger)

    [parcel] = messenger.carried
    assert "Ajain" in parcel.text
    assert "Guéret" not in parcel.text


def test_whoever_only_answers_in_a_chat_is_told_of_none(mairie: World) -> None:
    chat_id = prefers_the_chat(mairie, GUERET)
    change(mairie, "UPDATE chat_ties SET preferred_at = NULL WHERE chat_id = :id", id=chat_id)
    link_id = mairie.link("stop", GUERET)[0]

    with mairie.db.reading() as session:
        assert would_stop(session, link_id) == Stopped(MAIRIE, ("Guéret",), ())
