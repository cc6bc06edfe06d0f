"""What waits for a messenger that this installation no longer has goes by mail."""

from __future__ import annotations

from app.links.chats import tie
from app.links.preferring import prefer
from app.vocabulary.scope import Channel
from scheduler.worker import carriers_of, run_worker
from tests.messages.post import GUERET, invited, messages, open_with_contacts
from tests.scheduler.worker_process import in_house
from tests.world import World


def test_a_worker_without_that_messenger_sends_by_mail(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        chat_id = tie(session, Channel.TELEGRAM, "4242", link_id, now=world.now)
        assert prefer(session, chat_id, link_id, now=world.now)
    invited(world)

    world.days_pass(1)
    for _ in range(2):  # the second takes the mails that the first one queued
        run_worker(in_house(world), ["sending"], wait=False)

    assert sorted((one.channel, one.state) for one in messages(world)) == [
        ("email", "sent"),
        ("telegram", "cancelled"),
    ]


def test_a_messenger_is_carried_once_it_has_an_account(world: World) -> None:
    assert set(carriers_of(in_house(world))) == {Channel.EMAIL}

    with_account = in_house(world, TELEGRAM_TOKEN="1:essai", TELEGRAM_BOT="barometre_bot")

    assert set(carriers_of(with_account)) == {Channel.EMAIL, Channel.TELEGRAM}
