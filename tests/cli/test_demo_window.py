"""The demo's chat window: the real dialogue, in a page, with nothing but buttons and a text."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.cli.demo import window
from app.cli.demo.mailbox import mailbox_app
from app.cli.demo.mails import Mails
from app.links.tying import new_codes
from app.models.chats import Chat
from bot.desk import Desk
from tests.links.chats import GUERET, link_of
from tests.world import World


@pytest.fixture
def visitor(world: World, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    app = mailbox_app(Mails(tmp_path_factory.mktemp("mails")))
    window.install(app, Desk(world.db, world.letterhead))
    return app.test_client()


def enters(world: World, visitor: FlaskClient, code: str | None = None) -> tuple[str, TestResponse]:
    """Somebody comes with a code, the one of Guéret's page unless told; the address, the page."""
    link_id = link_of(world)
    world.open_wave()
    if code is None:
        code = new_codes(world.db, world.signer, link_id, now=world.now).token
    sent = visitor.post("/messagerie", data={"code": code})
    return sent.location, visitor.get(sent.location)


def test_the_mailbox_leads_to_it_and_looking_uses_nothing_up(
    world: World, visitor: FlaskClient
) -> None:
    assert 'href="/messagerie"' in visitor.get("/").text

    assert 'value="abc"' in visitor.get("/messagerie?code=abc").text
    with world.db.reading() as session:
        assert session.scalars(select(Chat)).all() == []


@pytest.mark.usefixtures("stopped_clock")
def test_a_questionnaire_is_answered_by_buttons_and_by_text(
    world: World, visitor: FlaskClient
) -> None:
    address, page = enters(world, visitor)
    assert "Guéret" in page.text

    visitor.post(address, data={"text": "inclusion"})
    page = visitor.get(address)
    button = re.findall(r'name="pressed" value="([0-9a-f]+:1)"', page.text)[-1]
    visitor.post(address, data={"pressed": button})

    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "yes"
    assert "Question 2" in visitor.get(address).text


@pytest.mark.usefixtures("stopped_clock")
def test_a_wrong_code_opens_nothing(world: World, visitor: FlaskClient) -> None:
    _, page = enters(world, visitor, "123456")

    assert "Guéret" not in page.text
    assert "six chiffres" in page.text


def test_a_conversation_that_is_not_there_is_not_found(visitor: FlaskClient) -> None:
    assert visitor.get("/messagerie/nulle-part").status_code == 404
    assert visitor.post("/messagerie/nulle-part", data={"text": "oui"}).status_code == 404


@pytest.mark.usefixtures("stopped_clock")
def test_what_is_typed_is_shown_as_text(world: World, visitor: FlaskClient) -> None:
    address, _ = enters(world, visitor)

    visitor.post(address, data={"text": "<script>alert(1)</script>"})

    assert "<script>alert" not in visitor.get(address).text


@pytest.fixture
def stopped_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window's clock is the world's."""
    monkeypatch.setattr(window, "now", lambda: world.now)
