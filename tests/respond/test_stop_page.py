"""The page behind "Ne plus recevoir de messages", when a mail spoke of several communes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.campaigns.apply import plan_due
from app.links.chats import tie
from app.links.codes import letter_link
from app.links.preferring import prefer
from app.main import create_app
from app.vocabulary.scope import Channel
from tests.messages.post import AJAIN, AUBUSSON, GUERET, invited, rows, send
from tests.respond.browser import Browser, Form
from tests.world import World

ODILE = "odile@creuse.invalid"
NAMES = ("Ajain", "Aubusson", "Guéret")
NONE_TICKED = "Cochez au moins une collectivité"


@dataclass
class Foot:
    """The link at the foot of Odile’s mail, opened in a browser without a script."""

    address: str
    client: FlaskClient

    def looks(self) -> str:
        return self.client.get(self.address).get_data(as_text=True)

    def stops(self, *names: str) -> str:
        """She leaves these ticked, and presses the button."""
        by_name = boxes(self.looks())
        return self.client.post(
            self.address, data={"boite": [by_name[name] for name in names]}
        ).get_data(as_text=True)


def boxes(page: str) -> dict[str, str]:
    """What each box sends, by the name beside it."""
    found = re.findall(r'name="boite" value="(\d+)"[^>]*>\s*(?:<[^>]*>)*([^<]+)<', page)
    return {name: value for value, name in found}


@pytest.fixture
def pages(world: World, clock: None) -> Flask:
    """Odile is the secretary of three communes, by one mailbox, which was invited."""
    for code in (AJAIN, AUBUSSON, GUERET):
        world.contact(code, ODILE)
    world.open_wave()
    invited(world)
    send(world)
    return create_app(world.house)


@pytest.fixture
def foot(world: World, pages: Flask) -> Foot:
    (mail,) = world.sink.to(ODILE)
    (address,) = set(re.findall(r"/stop/[A-Za-z0-9_-]{43}", str(mail["List-Unsubscribe"])))
    return Foot(address, pages.test_client())


def stopped(world: World) -> set[str]:
    found = rows(
        world,
        "SELECT name FROM contacts JOIN territories ON territories.id = territory_id "
        "WHERE stopped_at IS NOT NULL",
    )
    return {row.name for row in found}


def reminder(world: World) -> str:
    """What the reminder of two weeks later says; "" if there was none."""
    before = len(world.sink.to(ODILE))
    world.days_pass(16)
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)
    after = world.sink.to(ODILE)[before:]
    assert len(after) <= 1
    plain = after[0].get_body(("plain",)) if after else None
    return str(plain.get_content()) if plain is not None else ""


def answer_links(mail: str) -> set[str]:
    return set(re.findall(r"/r/[A-Za-z0-9_-]{43}", mail))


def test_every_commune_of_the_mail_has_its_box_ticked(foot: Foot) -> None:
    page = foot.looks()

    assert tuple(boxes(page)) == NAMES
    assert Form.of(page).fields["boite"] == list(boxes(page).values())
    assert re.search(
        r"<fieldset[^>]*><legend[^>]*>Pour quelles collectivités ne plus vous écrire \?</legend>",
        page,
    )


def test_looking_stops_nothing(world: World, foot: Foot) -> None:
    foot.looks()

    assert stopped(world) == set()


def test_one_commune_is_stopped_and_the_page_says_what_goes_on(world: World, foot: Foot) -> None:
    done = foot.stops("Aubusson")

    assert stopped(world) == {"Aubusson"}
    assert "Aucun message au sujet d’Aubusson ne partira plus" in done
    assert "Nous continuons à vous écrire au sujet d’Ajain et de Guéret." in done
    assert "Pour recevoir de nouveau ces messages" in done


def test_the_next_mail_speaks_of_the_two_others_in_one_message(world: World, foot: Foot) -> None:
    foot.stops("Aubusson")

    told = reminder(world)

    assert "Ajain" in told
    assert "Guéret" in told
    assert "Aubusson" not in told
    assert len(answer_links(told)) == 2


def test_all_three_are_stopped_as_they_are_shown(world: World, foot: Foot) -> None:
    done = foot.stops(*NAMES)

    assert stopped(world) == set(NAMES)
    assert "au sujet d’Ajain, d’Aubusson et de Guéret" in done
    assert "Nous continuons" not in done
    assert reminder(world) == ""


def test_the_last_one_is_stopped_later_by_the_same_link(world: World, foot: Foot) -> None:
    foot.stops("Ajain", "Guéret")
    page = foot.looks()

    assert "C’est déjà arrêté au sujet d’Ajain et de Guéret." in page
    assert "Nous n’écrirons plus à odi…@creuse.invalid au sujet d’Aubusson" in page
    assert boxes(page) == {}
    foot.client.post(foot.address)
    assert stopped(world) == set(NAMES)
    assert "Ces messages sont déjà arrêtés" in foot.looks()
    assert "<form" not in foot.looks()


def test_nothing_ticked_stops_nothing_and_says_what_to_do(world: World, foot: Foot) -> None:
    answer = foot.client.post(foot.address)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 400
    assert NONE_TICKED in page
    assert 'aria-invalid="true"' in page
    assert tuple(boxes(page)) == NAMES
    assert stopped(world) == set()


def test_pressed_twice_the_same_button_stops_no_more(world: World, foot: Foot) -> None:
    chosen = {"boite": boxes(foot.looks())["Aubusson"]}

    told = [foot.client.post(foot.address, data=chosen).get_data(as_text=True) for _ in range(2)]

    assert told[0] == told[1]
    assert stopped(world) == {"Aubusson"}


@pytest.mark.parametrize("value", ["0", "-1", "999999", "abc", "9" * 40])
def test_a_box_that_was_not_shown_stops_nothing(world: World, foot: Foot, value: str) -> None:
    assert foot.client.post(foot.address, data={"boite": value}).status_code == 400
    assert stopped(world) == set()


def test_somebody_else_s_contact_is_not_stopped_by_this_link(world: World, foot: Foot) -> None:
    stranger = str(world.contact("23176", "mairie@ailleurs.invalid"))
    own = boxes(foot.looks())["Ajain"]

    done = foot.client.post(foot.address, data={"boite": [stranger, own]})

    assert done.status_code == 200
    assert stopped(world) == {"Ajain"}


def test_one_click_still_stops_all_that_the_mail_spoke_of(world: World, foot: Foot) -> None:
    foot.client.post(foot.address, data={"List-Unsubscribe": "One-Click"})

    assert stopped(world) == set(NAMES)


def test_a_choice_of_one_leaves_the_chat_of_the_others(world: World, foot: Foot) -> None:
    for code in (AJAIN, GUERET):
        link_id = world.link("answer", code)[0]
        with world.db.transaction() as session:
            chat_id = tie(session, Channel.TELEGRAM, "1", link_id, now=world.now)
            prefer(session, chat_id, link_id, now=world.now)

    done = foot.stops("Ajain")

    assert "ni vers votre conversation sur Telegram" in done
    kept = rows(
        world,
        "SELECT name FROM chat_ties JOIN links ON links.id = link_id "
        "JOIN territories ON territories.id = territory_id WHERE preferred_at IS NOT NULL",
    )
    assert [row.name for row in kept] == ["Guéret"]


@pytest.fixture
def forwarded(world: World, pages: Flask) -> Browser:
    """The mayor of Ajain, to whom Odile forwarded the link of its questionnaires."""
    return Browser(pages, world.answer_link(AJAIN))


def test_a_forwarded_link_stops_what_is_about_its_own_authority(
    world: World, forwarded: Browser
) -> None:
    """It tells of no other, nor where their messages come."""
    link_id, _ = world.link("answer", AUBUSSON)
    with world.db.transaction() as session:
        chat_id = tie(session, Channel.TELEGRAM, "1", link_id, now=world.now)
        prefer(session, chat_id, link_id, now=world.now)
    assert "/stop/" not in forwarded.text
    assert "Ne plus recevoir de messages" in forwarded.text

    asked = forwarded.opens("/silence").get_data(as_text=True)
    done = forwarded.presses("/silence").get_data(as_text=True)

    for page in (asked, done):
        assert "au sujet d’Ajain" in page
        assert "boite" not in page
        assert not any(other in page for other in ("Aubusson", "Guéret", "Telegram", ODILE))
    assert stopped(world) == {"Ajain"}
    assert "Ces messages sont déjà arrêtés" in forwarded.opens("/silence").get_data(as_text=True)


def test_a_letter_s_link_has_no_mailbox_to_silence(world: World, pages: Flask) -> None:
    with world.db.transaction() as session:
        letter = letter_link(session, world.signer, world.territory(AJAIN).id, now=world.now)
    holder = Browser(pages, world.signer.token(letter, "answer", world.signer.key_id))
    assert "Ne plus recevoir de messages" not in holder.text

    assert holder.opens("/silence").status_code == 409
    assert holder.presses("/silence").status_code == 409
    assert stopped(world) == set()
