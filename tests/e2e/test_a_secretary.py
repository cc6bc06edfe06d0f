"""A secretary answers one theme at her desk, then on her telephone; script or not, both skins."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import GUERET, Site

pytestmark = pytest.mark.slow

SAVED = "Enregistrée par vous"

CHOICE = "[id^=question-]:has(fieldset)"
TO_CHOOSE = f"{CHOICE}:not(:has(input:checked))"


def fills_the_page(page: Page, *, scripts: bool) -> None:
    """The first choice of every question, a number in every field.

    With the script, each answer is seen saved before the next: it may bring a question in between.
    """
    while page.locator(TO_CHOOSE).count():
        code = page.locator(TO_CHOOSE).first.get_attribute("id")
        page.locator(f"#{code} input").first.check(force=True)
        if scripts:
            expect(page.locator(f"#{code}")).to_contain_text(SAVED)
    for field in page.locator("main input[type=text]").all():
        if not field.input_value():
            field.fill("10")


def goes_on(page: Page, label: str) -> None:
    """Press, and wait for the next page: the script first saves what is under way."""
    with page.expect_navigation():
        page.get_by_role("button", name=label).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with its script", "without script"])
@pytest.mark.parametrize("widths", [(1200, 390), (390, 1200)], ids=["desk first", "phone first"])
def test_she_answers_stops_resumes_elsewhere_and_sends(
    site: Site, widths: tuple[int, int], scripts: bool
) -> None:
    first, second = widths
    with site.device(width=first, scripts=scripts, strict=True) as page:
        page.goto(site.link)
        expect(page.get_by_role("heading", level=1)).to_contain_text("trois questionnaires")
        page.get_by_role("link", name="Répondre : Inclusion numérique").click()
        fills_the_page(page, scripts=scripts)
        goes_on(page, "Enregistrer et continuer")
        fills_the_page(page, scripts=scripts)
        goes_on(page, "Reprendre plus tard")
        expect(page.get_by_text("En cours")).to_be_visible()

    with site.device(width=second, scripts=scripts, strict=True) as other:
        other.goto(site.link)
        other.get_by_role("link", name="Continuer : Inclusion numérique").click()
        for _ in range(12):
            if other.get_by_role("button", name="Envoyer ce thème").count():
                break
            fills_the_page(other, scripts=scripts)
            last = other.get_by_role("button", name="Enregistrer et relire")
            goes_on(other, "Enregistrer et relire" if last.count() else "Enregistrer et continuer")
        expect(other.get_by_text("Sans réponse")).to_have_count(0)
        goes_on(other, "Envoyer ce thème")
        expect(other.get_by_role("heading", level=1)).to_contain_text("Merci")

    assert site.world.disposition(GUERET) == "complete"
