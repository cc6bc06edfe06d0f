"""A département is named in a conversation as one says it: "pour la Creuse"."""

from __future__ import annotations

import pytest

from app.links.chats import tie
from tests.bot.phone import Phone, texts
from tests.world import World


@pytest.fixture
def creuse(world: World) -> Phone:
    """A telephone that answers for the Creuse alone."""
    world.contact("23", "dsi@creuse.invalid", kind="departement")
    world.open_wave()
    phone = Phone(world)
    with world.db.transaction() as session:
        link_id, _ = world.link("answer", "23", "departement")
        tie(session, phone.channel, phone.external_id, link_id, now=world.now)
    return phone


def test_one_answers_for_la_creuse(creuse: Phone) -> None:
    assert "Vous répondez pour la Creuse, jusqu’au" in texts(creuse.hears("/start"))


def test_one_leaves_la_creuse(creuse: Phone) -> None:
    creuse.hears("/start")

    asked, done = texts(creuse.hears("dissocier")), texts(creuse.hears("oui"))

    assert "Dissocier la Creuse de cette conversation" in asked
    assert "vous ne répondez plus pour la Creuse." in done
