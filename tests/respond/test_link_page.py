"""What one may ask, correct or turn away from the page of a link."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.campaigns import Wave
from app.models.contacts import Contact, Link
from app.models.messages import Message
from app.models.requests import Request
from app.models.results import Card
from app.now import set_offset
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.requests import RequestKind, RequestState
from tests.collect.cards import publishes
from tests.collect.renewals import hands_over
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.respond.messengers import TCHAP, site_with
from tests.world import FIRST_THEMES, World

JULIE = "julie.lamy@gueret.invalid"
PAGES = ("/aide", "/contact", "/papier", "/pas-nous")


def asked(world: World) -> list[tuple[str, str | None, str | None]]:
    with world.db.reading() as session:
        rows = session.scalars(select(Request).order_by(Request.id))
        return [(row.kind, row.theme, row.words) for row in rows]


def colleague(world: World, site: Flask, secretary: Browser) -> Browser:
    """Julie, to whom the secretary hands the first theme."""
    secretary.presses("/confier", theme="inclusion", email=JULIE)
    with world.db.reading() as session:
        link = session.scalars(select(Link).where(Link.purpose == "delegate")).one()
    return Browser(site, world.signer.token(link.id, "delegate", link.key_id))


def links_of(page: Browser) -> dict[str, str]:
    """Address by words, of every link of a page."""
    found = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', page.text, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", words): address for address, words in found}


def test_the_page_says_whom_it_is_for_why_and_what_else_one_may_do(secretary: Browser) -> None:
    for words in ("mairie@gueret.invalid", "La DINUM et Déclic", "Ce lien ne vous était pas"):
        assert words in secretary.text
    offered = links_of(secretary)
    for words, end in (
        ("Demander de l’aide", "/aide"),
        ("Répondre sur papier", "/papier"),
        ("Corriger l’adresse du contact", "/contact"),
        ("Ce n’est pas notre collectivité", "/pas-nous"),
    ):
        assert offered[words].endswith(end)


def test_no_link_of_the_page_leads_nowhere(secretary: Browser) -> None:
    inside = [address for address in links_of(secretary).values() if address.startswith("/")]
    assert len(inside) > 10
    for address in inside:
        assert secretary.client.get(address, follow_redirects=True).status_code == 200, address


def test_messengers_are_offered_once_there_is_one(secretary: Browser, world: World) -> None:
    assert "Continuer par messagerie" not in secretary.text

    on = Browser(site_with(world, TCHAP), secretary.token)

    assert links_of(on)["Continuer par messagerie"] == f"/r/{on.token}/messagerie"


@pytest.mark.parametrize("page", PAGES)
def test_opening_these_pages_changes_nothing(secretary: Browser, world: World, page: str) -> None:
    before = world.counts()

    assert secretary.opens(page).status_code == 200

    assert world.counts() == before
    assert secretary.page.headers["Cache-Control"] == "no-store"
    assert "<script" not in secretary.text


def test_help_is_asked_for_about_a_theme(secretary: Browser, world: World) -> None:
    secretary.opens("/aide")
    secretary.fills({"words": "Où trouver ce chiffre ?"}, go="")

    assert "Votre demande est bien reçue" in secretary.text
    assert asked(world) == [("help", None, "Où trouver ce chiffre ?")]


def test_what_is_to_be_mended_is_told_beside_what_was_typed(
    secretary: Browser, world: World
) -> None:
    for page, fields, status, told in (
        ("/aide", {"words": " ", "theme": "cybersecurite"}, 400, "Écrivez votre question"),
        ("/papier", {"words": "À Anne Martin"}, 400, "Choisissez au moins un thème"),
        ("/contact", {"email": "julie.lamy", "name": "Julie"}, 400, "n’est pas une adresse"),
    ):
        secretary.presses(page, **fields)
        assert secretary.page.status_code == status
        assert told in secretary.text
        assert 'aria-invalid="true"' in secretary.text
        for typed in fields.values():
            assert typed.strip() in secretary.text
    assert asked(world) == []


def test_too_many_requests_are_refused_kindly(secretary: Browser) -> None:
    for number in range(6):
        secretary.presses("/aide", words=f"Question {number}")

    assert secretary.page.status_code == 429
    assert "Nous y répondons d’abord" in secretary.text
    assert "Question 5" in secretary.text


def test_paper_is_asked_for_by_post(secretary: Browser, world: World) -> None:
    secretary.opens("/papier")
    assert 'name="words"' in secretary.text
    secretary.presses("/papier", theme="inclusion", words="À Anne Martin")

    assert "Vos questionnaires partent par la poste" in secretary.text
    assert asked(world) == [("paper", "inclusion", "À Anne Martin")]


def test_the_right_address_receives_a_link_and_the_page_says_so(
    secretary: Browser, world: World
) -> None:
    secretary.opens("/contact")
    secretary.fills({"email": JULIE, "how": "remplace"}, go="")

    assert "Le message part à la bonne adresse" in secretary.text
    assert JULIE in secretary.text
    assert "reste valable" in secretary.text
    with world.db.reading() as session:
        message = session.scalars(select(Message)).one()
        stopped = session.scalars(select(Contact.stopped_at).order_by(Contact.id)).all()
    assert message.step == "invitation"
    assert [at is not None for at in stopped] == [True, False]
    secretary.opens()
    assert "Nous n’écrivons plus à cette adresse" in secretary.text

    secretary.presses("/contact", email="mairie@gueret.invalid")
    assert "Nous écrivons de nouveau à cette adresse" in secretary.text


def test_not_ours_closes_the_link_and_its_last_page_says_so(
    secretary: Browser, world: World
) -> None:
    secretary.opens("/pas-nous")
    secretary.fills({}, go="")

    assert secretary.page.status_code == 200
    assert "C’est noté" in secretary.text
    assert "mai…@gueret.invalid" in secretary.text
    assert "mairie@" not in secretary.text
    assert asked(world) == [("not_ours", None, None)]
    assert secretary.opens().status_code == 410
    assert secretary.presses("/pas-nous").status_code == 200  # the button pressed twice
    assert len(asked(world)) == 1


def test_a_letter_s_link_has_no_mailbox_to_turn_away(world: World, site: Flask) -> None:
    letter = Browser(site, world.answer_link("23008"))

    assert "Ce n’est pas notre collectivité" not in letter.text
    assert letter.presses("/pas-nous").status_code == 409
    assert "vient d’une lettre" in letter.text


def test_a_forwarded_theme_says_to_whom_and_by_whom(
    world: World, site: Flask, secretary: Browser
) -> None:
    julie = colleague(world, site, secretary)

    for words in (JULIE, "Anne Martin", "Guéret", "Rendre ce thème"):
        assert words in julie.text
    for words in ("Corriger l’adresse", "Ce n’est plus moi"):
        assert words not in julie.text
    assert julie.opens("/contact").status_code == 403
    assert julie.presses("/contact", email="x@gueret.invalid").status_code == 403


def test_a_theme_given_back_is_seen_by_who_gave_it(
    world: World, site: Flask, secretary: Browser
) -> None:
    julie = colleague(world, site, secretary)

    julie.opens("/pas-nous")
    julie.fills({}, go="")

    assert "Ce thème est rendu" in julie.text
    assert julie.opens().status_code == 410
    assert asked(world) == []
    secretary.opens()
    assert f"Rendu par {JULIE}" in secretary.text


def test_a_link_revoked_for_another_reason_has_no_last_page(
    world: World, site: Flask, secretary: Browser
) -> None:
    julie = colleague(world, site, secretary)
    secretary.presses("/inclusion/retirer")

    assert julie.opens("/pas-nous").status_code == 410
    assert "Ce thème est rendu" not in julie.text


FIELDS = ("words", "theme", "email", "name", "how")


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    page=st.sampled_from(("/aide", "/contact", "/papier")),
    fields=st.dictionaries(
        st.sampled_from(FIELDS),
        st.text(max_size=80)
        | st.sampled_from((*FIRST_THEMES, "strategie", "remplace", "a\0b@c.invalid", "é@x.fr")),
    ),
)
def test_whatever_a_form_sends_nothing_breaks_or_is_kept_that_may_not(
    secretary: Browser, world: World, page: str, fields: dict[str, str]
) -> None:
    sent = secretary.presses(page, **fields)

    assert sent.status_code < 500
    with world.db.reading() as session:
        for row in session.scalars(select(Request)):
            assert row.theme in (None, *FIRST_THEMES)
            assert RequestKind(row.kind) in (RequestKind.HELP, RequestKind.PAPER)
            assert RequestState(row.state) is RequestState.OPEN
            assert row.territory_id == world.territory(GUERET).id


@pytest.mark.parametrize("page", ["/contact", "/papier"])
def test_after_the_wave_these_pages_lead_to_what_remains(
    secretary: Browser, world: World, page: str
) -> None:
    set_offset(world.days_pass(200) - datetime.now(UTC))

    secretary.opens(page)

    assert "Cette vague s’est terminée" in secretary.text
    secretary.presses(page, email=JULIE, theme="inclusion")
    assert secretary.page.status_code == 410


def test_after_the_wave_the_link_says_when_it_ended_and_leads_to_the_card(
    world: World, site: Flask
) -> None:
    """The link of a mail, and that of a letter, which has no mailbox; never a theme's alone."""
    mail, letter = (Browser(site, world.answer_link(code)) for code in (GUERET, "23008"))
    lent = Browser(site, hands_over(world))
    set_offset(world.days_pass(200) - datetime.now(UTC))

    for visitor in (mail, letter, lent):
        assert visitor.opens().status_code == 410
        assert f"Cette vague s’est terminée le {ended_on(world)}" in visitor.text
        assert "/fiche" not in visitor.text

    cards = [publishes(world, code, b"%PDF-") for code in (GUERET, "23008")]
    for visitor, name in ((mail, "de Guéret"), (letter, "d’Aubusson")):
        assert visitor.opens().status_code == 410
        assert links_of(visitor)[f"Lire la fiche {name}"] == f"/r/{visitor.token}/fiche"
    assert lent.opens().status_code == 410
    assert "/fiche" not in lent.text
    for address in ("/fiche", "/fiche.pdf"):
        assert lent.opens(address).status_code == 404

    with world.db.transaction() as session:
        session.get_one(Card, cards[0]).withdrawn_at = world.now
    mail.opens()
    assert "/fiche" not in mail.text


def ended_on(world: World) -> str:
    with world.db.reading() as session:
        return day_month_year(session.get_one(Wave, world.wave_id).ends_at)
