"""Nadia writes a text: corrected, seen as its readers would, kept. In a browser, policies on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from app.main import create_app
from app.now import set_offset
from tests.admin.cast import Cast, gather
from tests.admin.scene import set_scene
from tests.e2e.conftest import serving
from tests.e2e.test_console_pages import enters, looked_at
from tests.world import World

pytestmark = pytest.mark.slow

GREEN = "rgb(15, 92, 99)"
"""The button of our mails."""


@pytest.fixture
def desk(world: World) -> Iterator[tuple[str, Cast]]:
    """The console behind a server, after an invitation left; its address and its people."""
    set_offset(world.now - datetime.now(UTC))
    world.open_wave()
    app = create_app(world.house)
    cast = gather(world, app)
    set_scene(world, cast)
    with serving(app) as address:
        yield address, cast
    set_offset(timedelta(0))


def opened(desk: tuple[str, Cast], chromium: Browser, *, bypass_csp: bool) -> Page:
    address, cast = desk
    context = chromium.new_context(
        base_url=address, viewport={"width": 1200, "height": 900}, bypass_csp=bypass_csp
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    enters(page, cast.nadia)
    page.goto("/console/modeles/modifier/?modele=invitation")
    return page


def test_a_text_is_corrected_seen_and_kept(desk: tuple[str, Cast], chromium: Browser) -> None:
    page = opened(desk, chromium, bypass_csp=False)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.fill("#subject", "{{ ville }}, et le numérique")
    page.get_by_role("button", name="Enregistrer la version suivante").click()
    assert "« ville » n’existe pas" in page.locator("#subject-why").inner_text().replace(
        "\u00a0", " "
    )

    page.fill("#subject", "{{ territory.name }}, et le numérique")
    page.fill("#place", "gueret")
    page.get_by_role("button", name="Voir l’aperçu").click()
    page.wait_for_selector("iframe")
    shown = page.frame_locator("iframe").first
    button = shown.get_by_role("link", name="Répondre pour Guéret")
    assert button.evaluate("one => getComputedStyle(one).backgroundColor") == GREEN
    address = page.url
    button.click()  # a preview leads nowhere
    assert page.url == address
    assert page.locator("#subject").input_value() == "{{ territory.name }}, et le numérique"

    page.get_by_role("button", name="Enregistrer la version suivante").click()
    page.wait_for_url("**/versions/**")
    assert "La version 2 est enregistrée." in page.locator("main").inner_text()
    assert [line for line in told if "style" in line.lower()] == []
    page.context.close()


def test_nothing_is_found_on_these_pages(desk: tuple[str, Cast], chromium: Browser) -> None:
    page = opened(desk, chromium, bypass_csp=True)
    wrong: dict[str, list[str]] = {}
    looked_at(page, wrong, "edit")
    page.fill("#subject", "{{ ville }}")
    page.get_by_role("button", name="Enregistrer la version suivante").click()
    looked_at(page, wrong, "refused")
    page.fill("#subject", "{{ territory.name }}, et le numérique")
    page.get_by_role("button", name="Voir l’aperçu").click()
    page.wait_for_selector("iframe")
    looked_at(page, wrong, "preview")
    page.get_by_role("button", name="Enregistrer la version suivante").click()
    page.wait_for_url("**/versions/**")
    looked_at(page, wrong, "versions")
    page.get_by_role("link", name="Ce qui change").click()
    page.wait_for_url("**/difference/**")
    looked_at(page, wrong, "difference")
    page.goto("/console/modeles/")
    looked_at(page, wrong, "list")
    page.context.close()
    assert {state: found for state, found in wrong.items() if found} == {}
