"""Moving a wave, adding who signs, and an authority’s page: read by axe, and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.admin.scene import GUERET
from tests.e2e.test_console_pages import looked_at, page
from tests.messages.post import rows
from tests.world import World

__all__ = ["page"]
pytestmark = pytest.mark.slow


def test_aicha_moves_the_next_wave(page: Page, world: World) -> None:
    wrong: dict[str, list[str]] = {}
    (wave,) = rows(world, "SELECT id FROM waves WHERE number = 2")
    page.goto(f"/console/calendrier/?vague={wave.id}")
    page.click("text=déplacer la vague")
    looked_at(page, wrong, "its days")
    page.fill("#first", "2027-02-01")
    page.fill("#last", "2027-01-20")
    page.click("button:has-text('Déplacer la vague')")
    page.wait_for_selector("#last-why")
    assert page.input_value("#first") == "2027-02-01"
    looked_at(page, wrong, "refused")
    page.click("text=Un champ est à corriger.")
    page.fill("#last", "2027-03-10")
    page.click("button:has-text('Déplacer la vague')")
    page.wait_for_selector("text=Les dates de la vague sont changées.")
    page.goto(f"/console/calendrier/dates/?vague={world.wave_id}")
    looked_at(page, wrong, "already open")
    assert {state: found for state, found in wrong.items() if found} == {}


def test_aicha_adds_who_signs(page: Page, world: World) -> None:
    wrong: dict[str, list[str]] = {}
    page.goto(f"/console/calendrier/?vague={world.wave_id}")
    page.click("text=Signataires des préavis")
    looked_at(page, wrong, "nobody yet")
    page.fill("#name", "Creuse numérique")
    page.fill("#reply_to", "contact@creuse.invalid")
    page.fill("#words", "Lisez https://ailleurs.example")
    page.click("text=Ajouter ce signataire")
    page.wait_for_selector("#words-why")
    looked_at(page, wrong, "refused")
    page.fill("#words", "Nous vous y aiderons.")
    page.click("text=Ajouter ce signataire")
    page.wait_for_selector("text=peut signer un préavis")
    looked_at(page, wrong, "added")
    assert {state: found for state, found in wrong.items() if found} == {}


def test_an_authoritys_page_is_no_wider_than_a_telephone(page: Page, world: World) -> None:
    wrong: dict[str, list[str]] = {}
    page.goto(f"/console/collectivites/details/?id={world.territory(GUERET).id}")
    assert page.locator("table").count() > 2
    looked_at(page, wrong, "as it opens")
    page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
    page.wait_for_function("document.getAnimations().length === 0")  # buttons come to their colour
    looked_at(page, wrong, "all opened")
    assert {state: found for state, found in wrong.items() if found} == {}
