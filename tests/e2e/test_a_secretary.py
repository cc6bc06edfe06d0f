"""A secretary answers one theme in a browser without scripts, in two sittings, in both skins."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import GUERET, Site

pytestmark = pytest.mark.slow


def fills_the_page(page: Page) -> None:
    """The first choice of every question, a number in every field."""
    for choices in page.locator("fieldset").all():
        if not choices.locator("input:checked").count():
            choices.locator("input").first.check(force=True)
    for field in page.locator("main input[type=text]").all():
        if not field.input_value():
            field.fill("10")


def goes_on(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).click()


def test_she_answers_stops_resumes_elsewhere_and_sends(site: Site) -> None:
    with site.device() as page:
        page.goto(site.link)
        expect(page.get_by_role("heading", level=1)).to_contain_text("trois questionnaires")
        page.get_by_role("link", name="Répondre : Inclusion numérique").click()
        fills_the_page(page)
        goes_on(page, "Enregistrer et continuer")
        fills_the_page(page)
        goes_on(page, "Reprendre plus tard")
        expect(page.get_by_text("En cours")).to_be_visible()

    with site.device(width=390) as telephone:
        telephone.goto(site.link)
        telephone.get_by_role("link", name="Continuer : Inclusion numérique").click()
        for _ in range(12):
            if telephone.get_by_role("button", name="Envoyer ce thème").count():
                break
            fills_the_page(telephone)
            last = telephone.get_by_role("button", name="Enregistrer et relire")
            goes_on(
                telephone, "Enregistrer et relire" if last.count() else "Enregistrer et continuer"
            )
        expect(telephone.get_by_text("Sans réponse")).to_have_count(0)
        goes_on(telephone, "Envoyer ce thème")
        expect(telephone.get_by_role("heading", level=1)).to_contain_text("Merci")

    assert site.world.disposition(GUERET) == "complete"
