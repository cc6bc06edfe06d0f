"""A key that signs links leaked: it is taken out, and everybody is written to again."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.campaigns.apply import plan_due
from app.links.codes import code_of, letter_link
from app.links.handoff import web_url
from app.links.signed import Signer
from app.main import create_app
from app.models.contacts import Link
from tests.messages.post import invited, send
from tests.respond.conftest import GUERET
from tests.respond.messengers import switches_on
from tests.world import World

BRIONNE = "23033"
BOX = "mairie@gueret.invalid"
OLD, NEW = "la cle qui a fui et que l on retire", "la cle qui la remplace et qui reste"
PLACES = ("r", "stop", "communes")


def keys(world: World, value: str) -> None:
    """The site and its workers start again with these keys."""
    switches_on(world, {"LINK_KEYS": value})
    world.signer = world.letterhead.signer


def addresses(world: World) -> dict[str, str]:
    """What the mailbox's last mail leads to, by the kind of page."""
    body = world.sink.to(BOX)[-1].get_body(("plain",))
    assert body is not None
    return {
        place: found[0]
        for place in PLACES
        if (found := re.findall(rf"/{place}/[A-Za-z0-9_-]{{43}}", body.get_content()))
    }


@pytest.fixture
def leaked(world: World, clock: None) -> dict[str, str]:
    """One secretary of two communes was invited under the old key; what her mail leads to."""
    for code in (GUERET, BRIONNE):
        world.contact(code, BOX)
    world.open_wave()
    keys(world, f"1:{OLD}")
    invited(world)
    send(world)
    return addresses(world)


def reminded(world: World) -> None:
    """Two weeks later."""
    world.days_pass(16)
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)


def test_what_the_old_key_signed_opens_nothing_and_the_next_mail_opens_all(
    world: World, leaked: dict[str, str]
) -> None:
    keys(world, f"2:{NEW}")

    reminded(world)

    mailed, visitor = addresses(world), create_app(world.house).test_client()
    assert set(mailed) == set(leaked) == set(PLACES)
    for place in PLACES:
        assert mailed[place] != leaked[place]
        assert visitor.get(leaked[place]).status_code == 404, place
        assert visitor.get(mailed[place]).status_code == 200, place


def test_the_page_of_several_communes_leads_to_pages_that_open(
    world: World, leaked: dict[str, str]
) -> None:
    """It holds a link to each of them."""
    keys(world, f"2:{NEW}")
    visitor = create_app(world.house).test_client()
    token = world.signer.token(world.link("several", GUERET)[0], "several", 2)

    page = visitor.get(f"/communes/{token}").get_data(as_text=True)

    found = set(re.findall(r"/r/[A-Za-z0-9_-]{43}", page))
    assert len(found) == 2
    assert all(visitor.get(address).status_code == 200 for address in found)


def test_a_letter_printed_again_has_a_code_that_opens(world: World, site: Flask) -> None:
    assert site
    territory = world.territory(GUERET).id

    def printed() -> str:
        with world.db.transaction() as session:
            letter = letter_link(session, world.signer, territory, now=world.now)
            return code_of(session, world.signer, letter, now=world.now)

    keys(world, f"1:{OLD}")
    before = printed()
    keys(world, f"2:{NEW}")
    after, visitor = printed(), create_app(world.house).test_client()

    assert visitor.post("/code", data={"code": before}).status_code == 400
    opened = visitor.post("/code", data={"code": after})
    assert opened.status_code == 303
    assert visitor.get(opened.location).status_code == 200


def test_a_chat_tied_under_the_old_key_still_leads_to_the_form(world: World, site: Flask) -> None:
    assert site
    link_id = world.link("answer", GUERET)[0]
    keys(world, f"2:{NEW}")
    with world.db.transaction() as session:
        url = web_url(session, world.letterhead, session.get_one(Link, link_id), now=world.now)

    visitor = create_app(world.house).test_client()
    opened = visitor.post(url.removeprefix(world.settings.public_url))

    assert opened.status_code == 303
    assert visitor.get(opened.location).status_code == 200


def test_while_both_keys_serve_an_older_link_keeps_its_address(world: World) -> None:
    world.contact(GUERET, BOX)
    link_id, token = world.link("answer", GUERET)
    both = Signer({**world.settings.link_keys, 9: NEW})

    assert both.token(link_id, "answer", world.signer.key_id) == token
