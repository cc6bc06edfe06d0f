"""Going on by messenger, and coming back: what one sees, and what opening a page never does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from app.links.chats import tie, tied_links
from app.links.handoff import web_url
from app.links.make import Wanted, ensure_links
from app.links.preferring import prefer
from app.links.tying import NotTied, hash_of_chat, tie_with
from app.models.contacts import Link
from app.now import set_offset
from app.settings import BadSettings, Settings
from app.vocabulary.scope import Channel
from app.web.messengers import messengers_of
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.respond.messengers import DEMO, TCHAP, TELEGRAM, site_with
from tests.world import World

WORDS = "Continuer par messagerie"


@pytest.fixture
def telegram(world: World, site: Flask) -> Browser:
    """The secretary of Guéret, where Telegram is on."""
    assert site
    return Browser(site_with(world, TELEGRAM), world.answer_link(GUERET))


def link_id_of(world: World) -> UUID:
    return world.link("answer", GUERET)[0]


def writes(world: World, typed: str, chat: str = "1") -> UUID:
    where = hash_of_chat(world.letterhead.secret, Channel.TELEGRAM, chat)
    return tie_with(world.db, world.signer, Channel.TELEGRAM, chat, typed, where, now=world.now).id


def digits_on(page: str) -> str:
    found = re.search(r"\b([0-9]{3})\u00a0([0-9]{3})\b", page)
    assert found is not None
    return found[1] + found[2]


def token_on(page: str) -> str:
    found = re.search(r"https://t\.me/barometre_bot\?start=([A-Za-z0-9_-]{43})\"", page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("configured", "names"),
    [
        ({}, []),
        (TELEGRAM, ["Telegram"]),
        (TCHAP, ["Tchap"]),
        (DEMO, ["Messagerie de démonstration"]),
        ({**TELEGRAM, **TCHAP, **DEMO}, ["Telegram", "Tchap", "Messagerie de démonstration"]),
        ({"TELEGRAM_TOKEN": "1:secret"}, []),
        ({"TELEGRAM_BOT": "barometre_bot"}, []),
        ({"MATRIX_USER": "@barometre:agent.example"}, []),
    ],
    ids=["none", "telegram", "tchap", "demo", "all", "no bot", "no token", "no server"],
)
def test_a_messenger_is_on_when_all_of_it_is_configured(
    configured: dict[str, str], names: list[str]
) -> None:
    assert [one.name for one in messengers_of(Settings.read(configured))] == names


def test_production_has_no_demonstration_window() -> None:
    with pytest.raises(BadSettings, match="DEMO_CHAT_URL"):
        Settings.read({"ENVIRONMENT": "production", **DEMO})


def test_the_link_s_page_speaks_of_messengers_only_where_there_are_some(
    secretary: Browser, world: World
) -> None:
    assert WORDS not in secretary.text
    assert secretary.opens("/messagerie").status_code == 404
    assert secretary.presses("/messagerie").status_code == 404

    with_telegram = Browser(site_with(world, TELEGRAM), secretary.token)

    assert f'/r/{secretary.token}/messagerie">{WORDS}' in with_telegram.text


def test_opening_the_page_makes_no_code(telegram: Browser, world: World) -> None:
    before = world.counts()

    assert telegram.opens("/messagerie").status_code == 200

    assert "Obtenir un code" in telegram.text
    assert "Aucune pour l’instant." in telegram.text
    assert "t.me" not in telegram.text
    assert world.counts() == before


def test_a_code_is_shown_once_as_a_button_a_square_and_six_digits(
    telegram: Browser, world: World
) -> None:
    page = telegram.presses("/messagerie")

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "<svg" in telegram.text
    assert 'aria-label="Code QR' in telegram.text
    assert "jusqu’à 10\u00a0h\u00a015" in telegram.text
    assert "Cybersécurité ne se répond pas sur Telegram" in telegram.text
    assert "style=" not in telegram.text
    assert writes(world, digits_on(telegram.text)) == link_id_of(world)
    assert writes(world, token_on(telegram.text), "2") == link_id_of(world)


def test_the_answer_token_is_in_no_address_that_leaves_the_site(
    telegram: Browser, world: World
) -> None:
    telegram.presses("/messagerie")

    assert telegram.token not in re.findall(r'href="(https://t\.me[^"]*)"', telegram.text)[0]
    with pytest.raises(NotTied):
        writes(world, telegram.token)


def test_a_new_code_replaces_the_former(telegram: Browser, world: World) -> None:
    telegram.presses("/messagerie")
    first = digits_on(telegram.text)
    telegram.presses("/messagerie")
    assert digits_on(telegram.text) != first

    with pytest.raises(NotTied):
        writes(world, first)
    assert writes(world, digits_on(telegram.text))


def test_on_tchap_one_invites_and_writes_six_digits(world: World, site: Flask) -> None:
    assert site
    browser = Browser(site_with(world, TCHAP), world.answer_link(GUERET))

    browser.presses("/messagerie")

    assert "invitez @barometre:agent.example" in browser.text
    assert "t.me" not in browser.text
    assert "Code QR" not in browser.text
    assert "ne se répond pas" not in browser.text


def test_the_demonstration_s_window_is_one_link_away(world: World, site: Flask) -> None:
    assert site
    browser = Browser(site_with(world, DEMO), world.answer_link(GUERET))
    browser.opens("/messagerie")
    assert "8026" not in browser.text

    browser.presses("/messagerie")

    found = re.search(
        r'href="http://127\.0\.0\.1:8026/messagerie\?code=([A-Za-z0-9_-]{43})">'
        r"Ouvrir la conversation",
        browser.text,
    )
    assert found is not None
    assert writes(world, found[1]) == link_id_of(world)


def tied(world: World, link_id: UUID, chat: str = "1", channel: Channel = Channel.TELEGRAM) -> int:
    with world.db.transaction() as session:
        return tie(session, channel, chat, link_id, now=world.now)


def test_the_conversations_of_a_link_are_listed_and_untied(telegram: Browser, world: World) -> None:
    chat_id = tied(world, link_id_of(world), "secret-chat-name")
    tied(world, link_id_of(world), "another", Channel.MATRIX)
    with world.db.transaction() as session:
        prefer(session, chat_id, link_id_of(world), now=world.now)

    telegram.opens("/messagerie")
    assert telegram.text.count(">Dissocier<") == 2
    assert "Associée à 10\u00a0h." in telegram.text
    assert "Nos rappels y arrivent." in telegram.text
    assert "secret-chat-name" not in telegram.text

    telegram.presses("/messagerie/dissocier", conversation=str(chat_id))
    assert "n’est plus associée" in telegram.text
    assert telegram.text.count(">Dissocier<") == 1
    with world.db.reading() as session:
        assert tied_links(session, chat_id) == []


@pytest.mark.parametrize("chat_id", ["", "abc", "99999", "-1", "9" * 40, "1\0"])
def test_what_is_no_conversation_of_theirs_unties_nothing(
    telegram: Browser, world: World, chat_id: str
) -> None:
    tied(world, link_id_of(world))
    before = world.counts()["chat_ties"]

    assert telegram.presses("/messagerie/dissocier", conversation=chat_id).status_code == 200

    assert world.counts()["chat_ties"] == before


def test_a_colleague_sees_and_unties_their_own_conversations_only(
    telegram: Browser, world: World
) -> None:
    theirs = tied(world, link_id_of(world))
    contact = world.contact(GUERET, "julie@gueret.invalid")
    wanted = Wanted(
        "delegate", world.territory(GUERET).id, contact, ("inclusion",), link_id_of(world)
    )
    with world.db.transaction() as session:
        made = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)[wanted]
    julie = Browser(
        site_with(world, TELEGRAM), world.signer.token(made, "delegate", world.signer.key_id)
    )

    assert WORDS in julie.text
    julie.opens("/messagerie")
    assert "Aucune pour l’instant." in julie.text
    julie.presses("/messagerie/dissocier", conversation=str(theirs))
    with world.db.reading() as session:
        assert len(tied_links(session, theirs)) == 1
    julie.presses("/messagerie")
    assert "Cybersécurité" not in julie.text  # it is not one of her themes
    assert writes(world, token_on(julie.text), "julie") == made


def test_a_conversation_can_still_be_untied_when_messengers_are_off(
    secretary: Browser, world: World
) -> None:
    chat_id = tied(world, link_id_of(world))

    secretary.opens("/messagerie")
    assert "Dissocier" in secretary.text
    assert "Obtenir un code" not in secretary.text
    secretary.presses("/messagerie/dissocier", conversation=str(chat_id))

    assert secretary.page.status_code == 404  # nothing is left on that page
    with world.db.reading() as session:
        assert tied_links(session, chat_id) == []


def handed(world: World) -> str:
    """The address of the form that a chat said, without the name of the site."""
    with world.db.transaction() as session:
        link = session.get_one(Link, link_id_of(world))
        url = web_url(session, world.letterhead, link, now=world.now)
    return url.removeprefix("http://127.0.0.1:8000")


def test_a_preview_of_the_chat_s_link_uses_nothing_up(telegram: Browser, world: World) -> None:
    address = handed(world)
    before = world.counts()

    for method in ("GET", "HEAD", "GET"):
        page = telegram.client.open(address, method=method)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert "noindex" in page.headers["X-Robots-Tag"]

    telegram.goes(address)
    assert "Commune de Guéret" in telegram.text
    assert "Campagne de démonstration" in telegram.text
    assert telegram.token not in telegram.text
    assert world.counts() == before


def test_the_button_leads_to_the_questionnaires_and_once(telegram: Browser, world: World) -> None:
    address = handed(world)
    opened = telegram.client.post(address)

    assert (opened.status_code, opened.location) == (303, f"/r/{telegram.token}")
    for method in ("GET", "POST"):
        again = telegram.client.open(address, method=method)
        assert again.status_code == 410
        assert "il n’ouvre plus rien" in again.get_data(as_text=True)
        assert "Demander un nouveau lien" in again.get_data(as_text=True)


def test_the_link_of_a_chat_is_too_old_after_a_quarter_of_an_hour(
    telegram: Browser, world: World
) -> None:
    address = handed(world)
    set_offset(world.now + timedelta(minutes=16) - datetime.now(UTC))

    assert telegram.client.post(address).status_code == 410


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43])
def test_a_link_nobody_made_is_told_like_one_that_served(telegram: Browser, token: str) -> None:
    for method in ("GET", "POST"):
        answer = telegram.client.open(f"/continuer/{token}", method=method)
        assert answer.status_code == 410
        assert "il n’ouvre plus rien" in answer.get_data(as_text=True)


def test_another_site_s_form_makes_no_code(telegram: Browser, world: World) -> None:
    before = world.counts()

    for path in ("/messagerie", "/messagerie/dissocier"):
        answer = telegram.client.post(
            f"/r/{telegram.token}{path}", headers={"Origin": "https://elsewhere.example"}
        )
        assert answer.status_code == 403
    assert world.counts() == before
