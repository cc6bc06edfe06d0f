"""Asking for a new link, and taking over with it, in a browser without scripts."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.links.chats import tie, tied_links
from app.links.guesses import ALLOWANCES, What
from app.links.make import Wanted, ensure_links, revoke
from app.models.messages import Message
from app.vocabulary.scope import Channel
from tests.messages.post import send
from tests.respond.browser import Browser, Form
from tests.respond.conftest import GUERET
from tests.web.rendering import Page
from tests.world import World

MAIRIE = "mairie@gueret.invalid"
SIREN = "212309603"
SAME = (
    "Si cette adresse est celle que nous connaissons pour cette collectivité, un message vient "
    "de partir. Sinon, notre équipe vérifie votre demande et vous répond."
)


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


def asks(
    visitor: FlaskClient, email: str, reference: str = SIREN, where: str = "192.0.2.1"
) -> TestResponse:
    form = {"email": email, "reference": reference}
    return visitor.post("/nouveau-lien", data=form, environ_base={"REMOTE_ADDR": where})


@pytest.fixture
def address(world: World, visitor: FlaskClient) -> str:
    """Of the page that the mail of a new link leads to."""
    asks(visitor, MAIRIE)
    world.days_pass(0.1)
    send(world)
    body = world.sink.to(MAIRIE)[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"/nouveau/[A-Za-z0-9_-]{43}", body.get_content())
    assert found is not None
    return found[0]


def test_the_form_asks_for_two_things(visitor: FlaskClient, world: World) -> None:
    before = world.counts()
    page = Page(visitor.get("/nouveau-lien").get_data(as_text=True))

    assert [name for _, name, _ in page.fields] == ["email", "reference"]
    assert world.counts() == before


def test_the_answer_is_the_same_whoever_asks(visitor: FlaskClient) -> None:
    answers = [
        asks(visitor, MAIRIE),
        asks(visitor, MAIRIE, ""),
        asks(visitor, "inconnue@gueret.invalid"),
        asks(visitor, "inconnue@gueret.invalid", ""),
        asks(visitor, MAIRIE, "732829320"),
    ]

    assert {answer.status_code for answer in answers} == {303}
    pages = {visitor.get(answer.location).get_data(as_text=True) for answer in answers}
    assert len(pages) == 1
    assert SAME in pages.pop()


@pytest.mark.parametrize(
    ("email", "reference", "field"),
    [("claire", SIREN, "email"), (MAIRIE, "12345", "reference"), ("", "", "email")],
)
def test_what_is_misspelt_is_told_beside_its_field_and_kept(
    visitor: FlaskClient, email: str, reference: str, field: str
) -> None:
    answer = asks(visitor, email, reference)

    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert ("input", "email", email) in page.fields
    assert ("input", "reference", reference) in page.fields
    assert page.described.count(f"{field}-error") == 1
    assert field in page.pointed


def test_one_network_waits_after_a_few_requests(visitor: FlaskClient) -> None:
    for _ in range(ALLOWANCES[What.RENEWAL].from_one):
        assert asks(visitor, MAIRIE).status_code == 303

    answer = asks(visitor, MAIRIE)
    assert answer.status_code == 429
    assert "Attendez" in answer.get_data(as_text=True)
    assert asks(visitor, MAIRIE, where="192.0.2.2").status_code == 303


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    email=st.text(max_size=60) | st.just(MAIRIE),
    reference=st.text(max_size=60) | st.just(SIREN),
    where=st.ip_addresses(v=4).map(str),
)
def test_whatever_is_typed_is_answered(
    visitor: FlaskClient, email: str, reference: str, where: str
) -> None:
    assert asks(visitor, email, reference, where).status_code in (303, 400, 429)


def test_the_page_of_the_mail_says_what_will_happen_and_changes_nothing(
    visitor: FlaskClient, world: World, address: str
) -> None:
    before = world.counts()
    answer = visitor.get(address)

    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Commune de Guéret" in text
    assert "mai…@gueret.invalid" in text
    assert "toutes les réponses sont gardées" in text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert world.counts() == before


def tied(world: World, link_id: UUID, name: str, channel: Channel) -> int:
    """A conversation that answers with this link; its id."""
    with world.db.transaction() as session:
        return tie(session, channel, name, link_id, now=world.now)


def test_the_page_says_that_the_conversations_of_the_same_mailbox_go_on(
    visitor: FlaskClient, world: World, address: str
) -> None:
    assert "conversation" not in visitor.get(address).get_data(as_text=True)
    chat_id = tied(world, world.link("answer", GUERET)[0], "1", Channel.TELEGRAM)

    told = visitor.get(address).get_data(as_text=True)
    assert "vos conversations sur Telegram continuent" in told
    assert "devront l’être de nouveau" not in told

    new = visitor.post(address).location.rpartition("/")[2]
    with world.db.reading() as session:
        assert [one.id for one in tied_links(session, chat_id)] == [
            world.signer.read(new, "answer")
        ]


def test_the_page_says_that_the_conversation_of_a_replaced_contact_ends(
    visitor: FlaskClient, world: World, address: str
) -> None:
    former = world.contact(GUERET, "ancienne@gueret.invalid")
    wanted = Wanted("answer", world.territory(GUERET).id, former)
    with world.db.transaction() as session:
        link_id = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)[wanted]
        said = session.scalars(select(Message).where(Message.step == "renewal")).one()
        said.details = {"replaces": former}
    chat_id = tied(world, link_id, "!a:agent.example", Channel.MATRIX)

    told = visitor.get(address).get_data(as_text=True)
    assert "les conversations associées, sur Tchap, devront l’être de nouveau" in told
    assert "continuent" not in told

    visitor.post(address)
    with world.db.reading() as session:
        assert tied_links(session, chat_id) == []


def test_one_press_opens_the_new_link_and_closes_the_old(
    visitor: FlaskClient, secretary: Browser, address: str
) -> None:
    assert Form.of(visitor.get(address).get_data(as_text=True)).action == address

    answer = visitor.post(address)

    assert answer.status_code == 303
    assert visitor.get(answer.location).status_code == 200
    secretary.opens()
    assert secretary.page.status_code == 410
    assert "remplacé par un plus récent" in secretary.text
    assert 'href="/nouveau-lien"' in secretary.text


def test_a_second_press_says_where_the_new_link_is(visitor: FlaskClient, address: str) -> None:
    visitor.post(address)

    for again in (visitor.post(address), visitor.get(address)):
        text = again.get_data(as_text=True)
        assert again.status_code == 410
        assert "Ce lien a déjà servi" in text
        assert 'href="/nouveau-lien"' in text


def test_one_link_does_not_pass_for_another(
    visitor: FlaskClient, world: World, address: str
) -> None:
    token = address.rpartition("/")[2]
    for page in ("/r", "/stop", "/fiche", "/communes"):
        assert visitor.get(f"{page}/{token}").status_code == 404
    for purpose in ("answer", "stop", "card", "several"):
        other = f"/nouveau/{world.link(purpose, GUERET)[1]}"
        assert visitor.get(other).status_code == 404
        assert visitor.post(other).status_code == 404


def test_a_renewal_withdrawn_by_the_staff_opens_nothing(
    visitor: FlaskClient, world: World, address: str
) -> None:
    link_id, token = world.link("renew", GUERET)
    assert address.endswith(token)
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)

    assert visitor.get(address).status_code == 410
    assert visitor.post(address).status_code == 410


def test_no_kept_text_of_the_mail_holds_its_link(world: World, address: str) -> None:
    token = address.rpartition("/")[2]
    with world.db.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT body FROM messages").scalars().all()

    assert len(kept) == 1
    assert token not in (kept[0] or "")
    assert "[lien personnel]" in (kept[0] or "")
