"""Cards from the database: drawn once, opened by their own link only, sent once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.main import create_app
from app.models.messages import Message
from app.models.results import Card
from reports.cards.gather import NotApprovedYet
from reports.cards.render import WORTH_A_POOL, Rendered, render_cards
from reports.cards.send import send_cards
from reports.computing import compute
from tests.reports.conftest import CREUSE, HandIn, Publish
from tests.reports.examples import QUESTIONNAIRES
from tests.web.rendering import Page
from tests.world import World

GUERET = "23096"


@pytest.fixture
def drawn(world: World, hand_in: HandIn, publish: Publish) -> int:
    """Guéret answered three themes, four neighbours one; the cards are there."""
    hand_in([GUERET], "inclusion", "cybersecurite", "communication")
    hand_in(CREUSE[1:5])
    publication_id = publish()
    render_cards(world.db, publication_id, world.letterhead, now=world.now)
    return publication_id


@pytest.fixture
def browser(world: World) -> FlaskClient:
    return create_app(world.house).test_client()


def card_of(world: World, code: str) -> Card:
    with world.db.reading() as session:
        return session.scalars(
            select(Card).where(Card.territory_id == world.territory(code).id)
        ).one()


def test_everyone_who_answered_has_a_card(world: World, drawn: int) -> None:
    with world.db.reading() as session:
        numbers = session.scalars(select(Card.number).order_by(Card.number)).all()

    assert len(numbers) == 5
    assert f"2026-{GUERET}-{drawn}" in numbers
    assert card_of(world, GUERET).pdf.startswith(b"%PDF-")


def test_a_card_that_says_the_same_is_not_drawn_again(world: World, drawn: int) -> None:
    before = card_of(world, GUERET)

    again = render_cards(world.db, drawn, world.letterhead, now=world.days_pass(1))

    assert again == Rendered(0, 5)
    assert card_of(world, GUERET).issued_at == before.issued_at


def test_a_new_template_draws_every_card_again_in_several_processes(
    world: World, hand_in: HandIn, publish: Publish
) -> None:
    hand_in(CREUSE[:WORTH_A_POOL])
    publication_id = publish()
    render_cards(world.db, publication_id, world.letterhead, now=world.now)
    steps: list[tuple[int, int]] = []
    with world.db.transaction() as session:
        session.execute(update(Card).values(digest="of another template", pdf=b""))

    again = render_cards(
        world.db,
        publication_id,
        world.letterhead,
        now=world.days_pass(1),
        processes=2,
        progress=lambda done, total: steps.append((done, total)),
    )

    assert again == Rendered(WORTH_A_POOL, 0)
    assert steps == [(0, WORTH_A_POOL), (WORTH_A_POOL, WORTH_A_POOL)]
    card = card_of(world, GUERET)
    assert card.issued_at == world.now
    assert card.pdf.startswith(b"%PDF-")


def test_cards_wait_for_two_approvals(world: World, hand_in: HandIn) -> None:
    hand_in([GUERET])
    publication_id = compute(world.db, world.wave_id, title="Brouillon", now=world.now)

    with pytest.raises(NotApprovedYet, match="deux personnes"):
        render_cards(world.db, publication_id, world.letterhead, now=world.now)
    with pytest.raises(NotApprovedYet):
        send_cards(world.db, publication_id, world.letterhead, now=world.now)


def test_the_link_opens_the_page_and_the_pdf(
    world: World, drawn: int, browser: FlaskClient
) -> None:
    _, token = world.link("card", GUERET)

    page = browser.get(f"/fiche/{token}")
    pdf = browser.get(f"/fiche/{token}.pdf")

    assert page.status_code == pdf.status_code == 200
    assert "Guéret" in page.text
    assert "Données de démonstration" in page.text or "Campagne de démonstration" in page.text
    assert pdf.mimetype == "application/pdf"
    assert pdf.data == card_of(world, GUERET).pdf
    for response in (page, pdf):
        assert response.headers["Cache-Control"] == "no-store"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert response.headers["Referrer-Policy"] == "same-origin"


def test_page_and_paper_tell_the_same_scores(
    world: World, drawn: int, browser: FlaskClient
) -> None:
    _, token = world.link("card", GUERET)
    content = card_of(world, GUERET).content

    page = browser.get(f"/fiche/{token}").text

    assert [theme["code"] for theme in content["themes"]] == list(QUESTIONNAIRES)
    for theme in content["themes"]:
        assert f'<td class="num">{theme["score"]}</td>' in page
        assert [one["question"] for one in theme["lost"] if one["question"] not in page] == []


def test_nothing_of_cybersecurity_but_its_score_is_on_the_page(
    world: World, drawn: int, browser: FlaskClient
) -> None:
    _, token = world.link("card", GUERET)

    page = browser.get(f"/fiche/{token}").text

    shorts = [question.short for question in QUESTIONNAIRES["cybersecurite"].questions]
    assert "Cybersécurité" in page
    assert [short for short in shorts if short in page] == []


@pytest.mark.parametrize("purpose", ["answer", "stop"])
def test_a_link_made_for_something_else_opens_no_card(
    world: World, drawn: int, browser: FlaskClient, purpose: str
) -> None:
    _, token = world.link(purpose, GUERET)

    assert browser.get(f"/fiche/{token}").status_code == 404
    assert browser.get(f"/fiche/{token}.pdf").status_code == 404


def test_a_token_altered_by_one_character_opens_no_card(
    world: World, drawn: int, browser: FlaskClient
) -> None:
    _, token = world.link("card", GUERET)
    altered = ("A" if token[20] != "A" else "B").join((token[:20], token[21:]))

    assert browser.get(f"/fiche/{altered}").status_code == 404


def test_a_withdrawn_card_is_closed_and_says_what_to_do(
    world: World, drawn: int, browser: FlaskClient
) -> None:
    _, token = world.link("card", GUERET)
    with world.db.transaction() as session:
        session.get_one(Card, card_of(world, GUERET).id).withdrawn_at = world.now

    closed = browser.get(f"/fiche/{token}")

    assert closed.status_code == 404
    assert "pas encore prête" in closed.text


def test_the_link_to_answer_opens_the_same_card(
    world: World, drawn: int, browser: FlaskClient
) -> None:
    own, answer = world.link("card", GUERET)[1], world.answer_link(GUERET)
    before = world.counts()

    page, file = browser.get(f"/r/{answer}/fiche"), browser.get(f"/r/{answer}/fiche.pdf")

    assert (
        page.text.replace(f"/r/{answer}/fiche", f"/fiche/{own}")
        == browser.get(f"/fiche/{own}").text
    )
    assert f'href="/r/{answer}/fiche.pdf"' in page.text
    assert file.data == card_of(world, GUERET).pdf
    assert page.headers["Cache-Control"] == file.headers["Cache-Control"] == "no-store"
    assert world.counts() == before


def test_a_town_without_a_card_is_told_that_it_is_not_ready(
    world: World, drawn: int, browser: FlaskClient
) -> None:
    token = world.answer_link("87085")
    for address in (f"/r/{token}/fiche", f"/r/{token}/fiche.pdf"):
        told = browser.get(address)
        assert told.status_code == 404
        assert "pas encore prête" in told.text


def test_reading_a_card_changes_nothing(world: World, drawn: int, browser: FlaskClient) -> None:
    _, token = world.link("card", GUERET)
    before = world.counts()

    browser.get(f"/fiche/{token}")
    browser.get(f"/fiche/{token}.pdf")

    assert world.counts() == before


def test_each_mailbox_is_told_once(world: World, hand_in: HandIn, publish: Publish) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.contact("23008", "mairie@aubusson.invalid")
    hand_in([GUERET, *CREUSE[1:6]])
    publication_id = publish()
    render_cards(world.db, publication_id, world.letterhead, now=world.now)

    first = send_cards(world.db, publication_id, world.letterhead, now=world.now)
    second = send_cards(world.db, publication_id, world.letterhead, now=world.now)

    assert (first, second) == (2, 0)
    with world.db.reading() as session:
        waiting = session.scalars(select(Message).where(Message.step == "card")).all()
        assert {message.details["card_id"] for message in waiting} == {
            str(card_of(world, code).id) for code in (GUERET, "23008")
        }
        assert session.scalar(select(func.count()).select_from(Card)) == 6


@pytest.mark.parametrize("publisher", ["ours", "etat"])
def test_the_page_is_whole_in_both_skins(world: World, drawn: int, publisher: str) -> None:
    dressed = replace(world.house, settings=replace(world.settings, publisher=publisher))
    _, token = world.link("card", GUERET)

    page = Page(create_app(dressed).test_client().get(f"/fiche/{token}").text)

    assert page.named("h1") == ["Guéret"]
    assert [name for name in page.named("h2") if name == "Trois actions possibles"]
    assert not [tag for tag, name in page.attributes if name == "style"]
    assert re.findall(r".{12} [:;?!»](?:\s|$)", page.words) == []
    assert len(page.ids) == len(set(page.ids))
