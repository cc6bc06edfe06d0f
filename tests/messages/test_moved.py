"""Messages move to a chat: the mailbox hears of it, once, and how to have them back."""

from __future__ import annotations

from uuid import UUID

from app.links.preferring import prefer
from app.messages.moved import tell_moved
from app.vocabulary.scope import Channel
from tests.bot.phone import Phone, tied
from tests.links.chats import GUERET, link_of
from tests.links.chats import tied as chat_tied
from tests.messages.post import change, rows, send
from tests.world import World


def moved(world: World) -> UUID:
    link_id = link_of(world)
    world.open_wave()
    chat_id = chat_tied(world, link_id)
    with world.db.transaction() as session:
        assert prefer(session, chat_id, link_id, now=world.now)
    return link_id


def told(world: World, link_id: UUID) -> int:
    with world.db.transaction() as session:
        return tell_moved(session, link_id, Channel.TELEGRAM, now=world.now)


def test_whoever_says_yes_in_a_chat_is_told_by_mail(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    phone = tied(world, Phone(world, writes_first=True))
    phone.hears("rappels")
    phone.hears("oui")
    send(world)

    (mail,) = world.sink.to("mairie@gueret.invalid")
    assert "nos messages arrivent désormais sur Telegram" in str(mail["Subject"])
    part = mail.get_body(("plain",))
    assert part is not None
    words = part.get_content()
    assert "VOUS N’AVEZ RIEN DEMANDÉ" in words
    assert f"/r/{world.answer_link(GUERET)}" in words


def test_once_however_often_they_change_their_mind(world: World) -> None:
    link_id = moved(world)

    assert [told(world, link_id) for _ in range(3)] == [1, 0, 0]
    send(world)
    assert len(world.sink.messages) == 1


def test_it_is_no_reminder_nor_counted_as_one(world: World) -> None:
    link_id = moved(world)
    told(world, link_id)
    send(world)

    assert [row.step for row in rows(world, "SELECT step FROM messages")] == ["moved_to_chat"]
    assert world.disposition(GUERET) == "not_invited"


def test_a_mailbox_that_wants_nothing_is_told_nothing(world: World) -> None:
    link_id = moved(world)
    change(world, "UPDATE contacts SET stopped_at = :now", now=world.now)

    assert told(world, link_id) == 0


def test_between_two_waves_nothing_leaves(world: World) -> None:
    link_id = moved(world)
    world.days_pass(120)

    assert told(world, link_id) == 0
