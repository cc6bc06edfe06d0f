"""Whoever asks to be left alone is left alone: by mail, and in the chat they preferred."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.campaigns.apply import plan_due
from app.links.chats import tied_links
from app.links.preferring import prefer
from app.messages.suppressions import MayStop, Spoken, Stopped, may_stop, stop, suppress
from app.models.contacts import Address, Contact
from app.panel.contacts import import_contacts
from app.vocabulary.message_life import MOST_A_WEEK
from app.vocabulary.scope import Channel
from tests.messages.chats import MAIRIE, Messenger, prefers_the_chat, send_in_chats, ways
from tests.messages.post import (
    AJAIN,
    AUBUSSON,
    GUERET,
    change,
    invited,
    messages,
    open_with_contacts,
    send,
)
from tests.world import World

Says = Callable[[World], object]
ODILE = "odile@creuse.invalid"
NAMES = ("Ajain", "Aubusson", "Guéret")


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
        asked = may_stop(session, link_id)
        contact_id = session.scalars(select(Contact.id)).one()
    assert asked == MayStop(MAIRIE, (Spoken(contact_id, "Guéret", "commune", at_rest=False),), ())


@pytest.fixture
def odile(world: World) -> World:
    """A secretary of three communes, by one mailbox, which a wave is about to ask."""
    open_with_contacts(world, (AJAIN, ODILE), (AUBUSSON, ODILE), (GUERET, ODILE))
    return world


def stops_one(world: World, code: str) -> Stopped:
    """She keeps one box ticked on the page behind the link of her mail."""
    link_id, _ = world.link("stop", code)
    with world.db.reading() as session:
        name = world.territory(code).name
        chosen = [one.contact_id for one in may_stop(session, link_id).spoken if one.name == name]
    return stop(world.db, link_id, only=chosen, now=world.now)


def spoken_of(world: World) -> list[list[str]]:
    """The communes that each mail of hers has a link to answer for, oldest first."""
    told = []
    for mail in world.sink.to(ODILE):
        plain = mail.get_body(("plain",))
        assert plain is not None
        told.append([name for name in NAMES if name in plain.get_content()])
    return told


def test_three_communes_of_one_mailbox_are_one_mail_with_three_links(odile: World) -> None:
    invited(odile)
    send(odile)

    assert spoken_of(odile) == [list(NAMES)]
    (mail,) = odile.sink.to(ODILE)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert len(set(re.findall(r"/r/([A-Za-z0-9_-]{43})", plain.get_content()))) == 3


def test_a_full_week_of_one_commune_is_full_for_the_others(odile: World) -> None:
    """The cap is the mailbox’s, whichever commune, step or sender its mails were about."""
    invited(odile)
    _was_written_to_about_gueret(odile, MOST_A_WEEK)

    send(odile)

    assert spoken_of(odile) == []
    assert messages(odile)[-1].state == "queued"
    odile.days_pass(8)
    send(odile)
    assert spoken_of(odile) == [list(NAMES)]


def _was_written_to_about_gueret(world: World, n: int) -> None:
    change(
        world,
        """WITH earlier AS (
               INSERT INTO messages (address_id, wave_id, step, occasion, channel, lane,
                                     template_id, next_try_at, created_at, state, sent_at)
               SELECT address_id, wave_id, 'reminder', 'earlier ' || number, channel, lane,
                      template_id, next_try_at, created_at - interval '1 day', 'sent', created_at
                 FROM messages, generate_series(1, :n) AS number RETURNING id)
           INSERT INTO message_cases (message_id, case_id)
           SELECT earlier.id, cases.id FROM earlier, cases WHERE cases.territory_id = :gueret""",
        n=n,
        gueret=world.territory(GUERET).id,
    )


def test_a_waiting_mail_is_written_again_without_the_commune_that_was_stopped(
    odile: World,
) -> None:
    invited(odile)
    stops_one(odile, AUBUSSON)

    send(odile)

    assert spoken_of(odile) == [["Ajain", "Guéret"]]


def test_one_stopped_the_next_reminder_speaks_of_two_in_one_mail(odile: World) -> None:
    invited(odile)
    send(odile)

    told = stops_one(odile, AUBUSSON)
    odile.days_pass(16)
    plan_due(odile.db, odile.letterhead, now=odile.now)
    send(odile)

    assert told.territories == ("Aubusson",)
    assert [one.name for one in told.going_on] == ["Ajain", "Guéret"]
    assert spoken_of(odile) == [list(NAMES), ["Ajain", "Guéret"]]


def test_the_last_one_stopped_nothing_comes(odile: World) -> None:
    invited(odile)
    send(odile)
    for code in (AUBUSSON, AJAIN, GUERET):
        stops_one(odile, code)

    odile.days_pass(16)
    plan_due(odile.db, odile.letterhead, now=odile.now)
    send(odile)

    assert spoken_of(odile) == [list(NAMES)]


def test_the_last_one_stopped_cancels_what_waits(odile: World) -> None:
    invited(odile)
    stop(odile.db, odile.link("stop", AJAIN)[0], now=odile.now)

    send(odile)

    assert spoken_of(odile) == []
    assert ways(odile) == [("invitation", "email", "cancelled")]


def test_an_import_does_not_wake_a_mailbox_that_was_forgotten_and_left_alone(
    world: World, tmp_path: Path
) -> None:
    """Its row was erased; only the keyed hash remembers that it asked for silence."""
    open_with_contacts(world, (GUERET, MAIRIE))
    complains(world)
    change(world, "UPDATE addresses SET value = 'erased:1', state = 'erased', erased_at = now()")
    file = tmp_path / "contacts.csv"
    file.write_text(f"code;type;courriel\n{GUERET};commune;{MAIRIE.upper()}\n", "utf-8")

    report = import_contacts(world.db, file, origin="csv", now=world.now)
    invited(world)
    send(world)

    assert report.n_added == 1
    assert world.sink.messages == []
