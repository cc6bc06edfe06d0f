"""Five colleagues and a validator answer for one town, each by the link of their own mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.campaigns.control import invite, open_wave
from app.models.campaigns import Wave
from app.now import set_offset
from app.vocabulary.scope import Author
from tests.e2e.conftest import GUERET, Site
from tests.messages.post import send

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("site", ["ours"], indirect=True)]

MAIRE, JULIE = "maire@gueret.invalid", "julie@gueret.invalid"
COMMENT = "Le lieu d’aide existe depuis janvier."
NOW = {
    "inclusion": JULIE,
    "cybersecurite": "karim@gueret.invalid",
    "communication": "lea@gueret.invalid",
}
LATER = {"infrastructures": "marc@gueret.invalid", "outils": "nadia@gueret.invalid"}


def mailed(site: Site, email: str) -> str:
    """The first personal address of this mailbox's last mail, on the site under test."""
    site.world.days_pass(0.001)
    send(site.world)
    body = site.world.sink.to(email)[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"127\.0\.0\.1:8000(/r/\S+)", str(body.get_content()))
    assert found is not None
    return site.address + found[1]


def goes_to(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).click()


def answers_the_first_page(page: Page, address: str) -> None:
    """The first choice of each question of one page, then back to the themes."""
    page.goto(address)
    page.get_by_role("link", name="Répondre :").first.click()
    for choices in page.locator("fieldset").all():
        choices.locator("input").first.check(force=True)
    for field in page.locator("main input[type=text]").all():
        field.fill("10")
    goes_to(page, "Reprendre plus tard")
    expect(page.get_by_text("En cours").first).to_be_visible()


def shares_out(site: Site, page: Page) -> None:
    page.goto(site.link)
    page.get_by_role("link", name="Répartir les neuf thèmes dans votre équipe").click()
    page.get_by_label("la personne qui valide").fill(MAIRE)
    for theme, email in {**NOW, **LATER}.items():
        page.locator(f"#colleague-{theme}").fill(email)
    page.locator("#due-inclusion").fill("2026-10-15")
    goes_to(page, "Enregistrer et prévenir l’équipe")
    expect(page.get_by_text("La répartition est enregistrée")).to_be_visible()


def asks_for_validation(page: Page, address: str) -> None:
    page.goto(f"{address}/inclusion/relire")
    page.get_by_role("button", name=re.compile("Demander .*validation")).click()
    expect(page.get_by_text("La validation est demandée")).to_be_visible()


def the_second_wave_opens(site: Site) -> None:
    world = site.world
    world.days_pass(100)
    set_offset(world.now - datetime.now(UTC) + timedelta(days=1))
    with world.db.reading() as session:
        second = session.scalars(select(Wave.id).where(Wave.number == 2)).one()
    open_wave(world.db, second, now=world.now)
    invite(world.db, second, "23", world.letterhead, by=Author.system(), now=world.now)


def test_five_colleagues_answer_and_the_mayor_returns_one_theme(site: Site) -> None:
    world = site.world
    with site.device() as page:
        shares_out(site, page)
    world.days_pass(3)  # the site's clock runs three days ahead of the world's

    for email in NOW.values():
        with site.device(width=390) as page:
            answers_the_first_page(page, mailed(site, email))

    with site.device() as julie, site.device() as maire:
        asks_for_validation(julie, mailed(site, JULIE))
        maire.goto(mailed(site, MAIRE))
        maire.get_by_label("Ce qui est à revoir").fill(COMMENT)
        goes_to(maire, "Renvoyer avec un commentaire")
        expect(maire.get_by_text("Renvoyé avec un commentaire")).to_be_visible()

        julie.goto(mailed(site, JULIE))
        expect(julie.get_by_text(COMMENT)).to_be_visible()
        julie.get_by_role("link", name="Changer : question 1", exact=True).click()
        expect(julie.get_by_text(COMMENT)).to_be_visible()
        julie.locator("fieldset").first.locator("input").nth(2).check(force=True)
        goes_to(julie, "Reprendre plus tard")
        asks_for_validation(julie, julie.url.partition("?")[0])

        maire.goto(mailed(site, MAIRE))
        goes_to(maire, "Valider et envoyer")
        expect(maire.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert world.response(GUERET, "inclusion").submitted_at is not None

    the_second_wave_opens(site)
    for email in LATER.values():
        with site.device(width=390) as page:
            answers_the_first_page(page, mailed(site, email))
    assert {world.disposition(GUERET, theme) for theme in LATER} == {"started"}
