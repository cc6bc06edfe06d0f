"""Messages to whoever prefers a chat: same outbox, same caps; by mail when the chat is silent."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.campaigns.apply import plan_due
from app.links.chats import Untied, chat_of, tie, untie
from app.links.preferring import prefer, prefer_mail, silence
from app.messages.carriers import OutcomeKind
from app.messages.drain import drain
from app.messages.fall_back import empty_lane
from app.vocabulary.message_life import MOST_A_MONTH
from app.vocabulary.scope import Channel
from tests.messages.chats import (
    MAIRIE,
    PHONE,
    Messenger,
    prefers_the_chat,
    send_in_chats,
    ways,
)
from tests.messages.post import (
    AJAIN,
    GUERET,
    answered,
    by,
    carrier,
    change,
    invited,
    messages,
    open_with_contacts,
    rows,
    send,
)
from tests.world import World


@pytest.fixture
def messenger() -> Messenger:
    return Messenger()


@pytest.fixture
def mairie(world: World) -> World:
    """Guéret's town hall, which a wave is about to ask."""
    open_with_contacts(world, (GUERET, MAIRIE))
    return world


def test_whoever_prefers_a_chat_is_invited_there_and_nowhere_else(
    mairie: World, messenger: Messenger
) -> None:
    prefers_the_chat(mairie, GUERET)

    invited(mairie)
    send(mairie)
    send_in_chats(mairie, messenger)

    assert mairie.sink.messages == []
    assert ways(mairie) == [("invitation", "telegram", "sent")]
    [parcel] = messenger.carried
    assert parcel.recipient == PHONE
    assert "Guéret" in parcel.text
    assert mairie.disposition(GUERET) == "invited"


def test_no_link_of_ours_is_in_a_chat_s_message(mairie: World, messenger: Messenger) -> None:
    prefers_the_chat(mairie, GUERET)

    invited(mairie)
    send_in_chats(mairie, messenger)

    assert mairie.letterhead.public_url not in messenger.carried[0].text
    assert "{" not in messenger.carried[0].text


def test_one_secretary_of_two_communes_gets_one_message(world: World, messenger: Messenger) -> None:
    open_with_contacts(world, (GUERET, MAIRIE), (AJAIN, MAIRIE))
    prefers_the_chat(world, GUERET, AJAIN)

    invited(world)
    send_in_chats(world, messenger)

    [parcel] = messenger.carried
    assert "Guéret" in parcel.text
    assert "Ajain" in parcel.text
    assert len(parcel.case_ids) == 6


def test_a_reminder_goes_where_she_speaks(mairie: World, messenger: Messenger) -> None:
    invited(mairie)
    send(mairie)
    prefers_the_chat(mairie, GUERET)

    mairie.days_pass(16)
    plan_due(mairie.db, mairie.letterhead, now=mairie.now)

    assert ways(mairie) == [("invitation", "email", "sent"), ("reminder", "telegram", "queued")]


def test_a_silent_chat_falls_back_to_mail(mairie: World, messenger: Messenger) -> None:
    prefers_the_chat(mairie, GUERET)
    invited(mairie)
    send_in_chats(mairie, messenger)

    mairie.days_pass(16)
    plan_due(mairie.db, mairie.letterhead, now=mairie.now)
    send(mairie)

    assert ways(mairie) == [("invitation", "telegram", "sent"), ("reminder", "email", "sent")]
    assert len(mairie.sink.messages) == 1


def test_a_chat_that_spoke_since_is_not_silent(mairie: World, messenger: Messenger) -> None:
    prefers_the_chat(mairie, GUERET)
    invited(mairie)
    send_in_chats(mairie, messenger)
    mairie.days_pass(1)
    change(mairie, "UPDATE chats SET last_heard_at = :now", now=mairie.now)

    mairie.days_pass(15)
    plan_due(mairie.db, mairie.letterhead, now=mairie.now)

    assert ways(mairie)[-1] == ("reminder", "telegram", "queued")


def test_a_shut_chat_s_message_goes_by_mail_at_once(mairie: World, messenger: Messenger) -> None:
    prefers_the_chat(mairie, GUERET)
    invited(mairie)
    messenger.says = OutcomeKind.BOUNCED

    send_in_chats(mairie, messenger)
    send(mairie)

    assert sorted(ways(mairie)) == [
        ("invitation", "email", "sent"),
        ("invitation", "telegram", "cancelled"),
    ]
    assert rows(mairie, "SELECT state FROM addresses WHERE channel = 'telegram'") == [("stopped",)]
    assert mairie.disposition(GUERET) == "invited"


def test_a_messenger_out_of_service_leaves_nobody_unasked(mairie: World) -> None:
    prefers_the_chat(mairie, GUERET)
    invited(mairie)

    drain(mairie.db, by(carrier(mairie)), mairie.letterhead, "telegram", now=mairie.now)
    assert ways(mairie) == [("invitation", "telegram", "queued")]

    assert empty_lane(mairie.db, "telegram", now=mairie.now) == 1
    send(mairie)
    assert len(mairie.sink.messages) == 1


@pytest.mark.parametrize("how", ["answered", "stopped", "untied", "by_mail"])
def test_what_changed_meanwhile_is_seen_at_claim(
    mairie: World, messenger: Messenger, how: str
) -> None:
    chat_id = prefers_the_chat(mairie, GUERET)
    invited(mairie)
    if how == "answered":
        answered(mairie, GUERET)
    with mairie.db.transaction() as session:
        if how == "stopped":
            silence(session, chat_id)
        if how == "untied":
            untie(session, chat_id, because=Untied.FORM, now=mairie.now)
        if how == "by_mail":
            prefer_mail(session, chat_id, mairie.link("answer", GUERET)[0])

    send_in_chats(mairie, messenger)
    send(mairie)

    assert messenger.carried == []
    in_chat = [one for one in ways(mairie) if one[1] == "telegram"]
    assert in_chat == [("invitation", "telegram", "cancelled")]
    # Nobody is left unasked: what the chat no longer says goes by mail, once, and not in vain.
    assert len(mairie.sink.messages) == (0 if how == "answered" else 1)


def test_mail_and_chat_share_one_cap(mairie: World, messenger: Messenger) -> None:
    prefers_the_chat(mairie, GUERET)
    invited(mairie)
    change(
        mairie,
        """INSERT INTO messages (address_id, wave_id, step, occasion, channel, lane, template_id,
                                 state, sent_at, next_try_at, created_at)
           SELECT addresses.id, messages.wave_id, 'reminder', 'other:' || number, 'email', 'wide',
                  messages.template_id, 'sent', :now, :now, :now
             FROM addresses, messages, generate_series(1, :most) AS number
            WHERE addresses.channel = 'email'""",
        most=MOST_A_MONTH,
        now=mairie.now,
    )

    send_in_chats(mairie, messenger)

    assert messenger.carried == []
    [waiting] = [one for one in messages(mairie) if one.channel == "telegram"]
    assert waiting.state == "queued"
    assert "déjà reçu" in waiting.last_reason


def test_two_chats_of_one_town_hall_are_not_both_written_to(
    mairie: World, messenger: Messenger
) -> None:
    prefers_the_chat(mairie, GUERET)
    link_id: UUID = mairie.link("answer", GUERET)[0]
    with mairie.db.transaction() as session:
        tie(session, Channel.TELEGRAM, "another", link_id, now=mairie.now)
        other = chat_of(session, Channel.TELEGRAM, "another")
        assert other is not None
        prefer(session, other, link_id, now=mairie.days_pass(0.1))

    invited(mairie)
    send_in_chats(mairie, messenger)

    assert [parcel.recipient for parcel in messenger.carried] == ["another"]


@pytest.mark.parametrize("how", ["stopped", "untied", "by_mail"])
def test_whoever_was_told_in_a_chat_and_left_it_is_reminded_by_mail(
    mairie: World, messenger: Messenger, how: str
) -> None:
    chat_id = prefers_the_chat(mairie, GUERET)
    invited(mairie)
    send_in_chats(mairie, messenger)
    link_id = mairie.link("answer", GUERET)[0]
    with mairie.db.transaction() as session:
        if how == "stopped":
            silence(session, chat_id)
        if how == "untied":
            untie(session, chat_id, because=Untied.CHAT, now=mairie.now)
        if how == "by_mail":
            prefer_mail(session, chat_id, link_id)

    invited(mairie)  # staff complete the batch: nobody is invited twice
    mairie.days_pass(16)
    plan_due(mairie.db, mairie.letterhead, now=mairie.now)
    send(mairie)

    assert ways(mairie) == [("invitation", "telegram", "sent"), ("reminder", "email", "sent")]


def test_a_message_that_the_messenger_refuses_goes_by_mail_and_the_chat_stays_open(
    mairie: World, messenger: Messenger
) -> None:
    prefers_the_chat(mairie, GUERET)
    invited(mairie)
    messenger.says = OutcomeKind.REFUSED

    send_in_chats(mairie, messenger)
    send(mairie)

    assert len(mairie.sink.messages) == 1
    assert rows(mairie, "SELECT state FROM addresses WHERE channel = 'telegram'") == [("good",)]
