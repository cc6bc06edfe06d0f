"""After other words, a yes or no waits no more; and a wave's prompts end with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models.chats import ChatTie
from tests.bot.phone import GUERET, Phone
from tests.world import World


@pytest.mark.parametrize("aside", ["stop", "aide", "merci", "site"])
def test_ok_after_something_else_sends_nothing(world: World, phone: Phone, aside: str) -> None:
    phone.hears("communication")
    phone.hears("non")
    phone.hears("envoyer")

    phone.hears(aside)
    phone.hears("ok")

    assert world.disposition(GUERET, "communication") == "started"


@pytest.mark.parametrize("word", ["ok", "oui", "d’accord"])
def test_yes_after_stop_brings_no_message_back(world: World, phone: Phone, word: str) -> None:
    phone.hears("rappels")
    phone.hears("stop")
    phone.hears(word)

    with world.db.reading() as session:
        assert session.scalars(select(ChatTie.preferred_at)).all() == [None]


@pytest.mark.parametrize("word", ["reprendre", "oui", "site", "rappels"])
def test_the_next_wave_is_spoken_of_as_it_is(world: World, phone: Phone, word: str) -> None:
    phone.hears("communication")
    phone.hears("non")
    phone.hears("envoyer")
    world.open_wave_a_year_later()

    said = phone.hears(word)

    assert said
    assert "Revenez à la page" not in said[0].text  # no words of the site’s
