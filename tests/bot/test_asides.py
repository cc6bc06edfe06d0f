"""After other words, a yes or no waits no more; a wave's prompts end with it; edits; "stop"."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.campaigns.control import open_wave
from app.links.chats import tie
from app.models.campaigns import Wave
from app.models.chats import ChatTie
from bot import phrases, phrases_help
from tests.bot.phone import GUERET, Phone, kept, texts
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


@pytest.mark.parametrize("old", ["non", "pas encore"])
def test_an_old_no_made_a_yes_sends_nothing(world: World, phone: Phone, old: str) -> None:
    phone.hears("communication")
    phone.hears("non")
    phone.hears("envoyer")
    phone.hears(old)

    said = phone.hears("oui", edits=f"mine-{phone.n_heard}")

    assert texts(said) == phrases.EDIT_OF_NO_ANSWER
    assert world.disposition(GUERET, "communication") == "started"


def test_a_question_still_waits_after_an_edit_of_something_else(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("envoyer")
    phone.hears("non")
    refusal = f"mine-{phone.n_heard}"
    phone.hears("inclusion")

    phone.hears("oui", edits=refusal)
    phone.hears("oui")

    assert kept(world, "mediation_place") == "yes"


def test_an_old_no_made_a_yes_unties_nothing(phone: Phone) -> None:
    phone.hears("dissocier")
    phone.hears("non")

    phone.hears("oui", edits=f"mine-{phone.n_heard}")

    assert "Question 1 sur" in texts(phone.hears("inclusion"))


@pytest.fixture
def wish(world: World) -> Phone:
    """A small commune's: in the last wave, one question is answered in one's own words."""
    world.create_campaign()
    with world.db.reading() as session:
        world.wave_id = session.scalars(select(Wave.id).order_by(Wave.number.desc())).first() or 0
    open_wave(world.db, world.wave_id, now=world.now)
    phone = Phone(world)
    link_id, _ = world.link("answer", "23076")
    with world.db.transaction() as session:
        tie(session, phone.channel, phone.external_id, link_id, now=world.now)
    phone.hears("/start")
    phone.hears("services")
    answers = texts(phone.hears("relire")).splitlines()
    rank = next(line.partition(".")[0] for line in answers if "Service le plus demandé" in line)
    assert "Quel service en ligne" in texts(phone.hears(f"changer {rank}"))
    return phone


@pytest.mark.parametrize(
    "order",
    ["stop", "STOP SMS !", "désabonnez-moi", "ne m’envoyez plus rien", "stop 😡", "bonjour, stop"],
)
def test_stop_works_where_anything_may_be_written(wish: Phone, order: str) -> None:
    assert texts(wish.hears(order)) == phrases_help.STOPPED


@pytest.mark.parametrize(
    "answer",
    [
        "Stop aux démarches papier dans la commune",
        "Les usagers se désabonnent de la lettre et veulent s’y réabonner",
        "Stop " + "et encore une phrase " * 8,
    ],
    ids=["stop aux demarches", "se desabonnent", "a long one"],
)
def test_an_answer_in_ones_own_words_is_no_order(wish: Phone, answer: str) -> None:
    assert texts(wish.hears(answer)).startswith("Noté\u00a0:")


def test_a_text_that_begins_with_stop_is_one_where_it_answers_nothing(phone: Phone) -> None:
    phone.hears("inclusion")

    said = phone.hears("Stop, je n’ai vraiment pas le temps avec vos histoires de numérique " * 3)

    assert texts(said) == phrases_help.STOPPED


@pytest.mark.parametrize(
    "before",
    [("inclusion", "envoyer"), ("thèmes",), ("inclusion", "refuser"), ("dissocier",)],
    ids=["submit", "theme", "reason", "untie"],
)
def test_what_is_asked_again_has_the_buttons_of_the_first_time(
    phone: Phone, before: tuple[str, ...]
) -> None:
    for words in before:
        phone.hears(words)
    first = phone.sent[-1][1].buttons
    assert first

    [again] = phone.hears("qzxv wkj")

    assert again.buttons == first
