"""The console's pages of this work, read by axe and at 320 px, as Bruno and Aïcha see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from app.collect.lost_link import ask_new_link
from app.collect.requests import ask_paper
from app.main import create_app
from app.now import set_offset
from tests.admin.cast import PASSWORD, Person, gather
from tests.admin.scene import GUERET, set_scene
from tests.collect.answers import answers_all, says
from tests.e2e.conftest import serving
from tests.e2e.test_accessible import faults
from tests.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def page(world: World, chromium: Browser) -> Iterator[Page]:
    """Aïcha's browser, on a console where somebody has asked for everything."""
    set_offset(world.now - datetime.now(UTC))
    world.open_wave()
    app = create_app(world.house)
    cast = gather(world, app)
    set_scene(world, cast)
    ask_paper(world.db, world.respondent(GUERET), ("inclusion",), "", now=world.now)
    ask_new_link(
        world.db,
        siren_or_code=str(world.territory(GUERET).siren),
        email="nouvelle@gueret.invalid",
        letterhead=world.letterhead,
        from_hash="somewhere",
        now=world.now,
    )
    with serving(app) as address:
        context = chromium.new_context(
            base_url=address, viewport={"width": 1200, "height": 900}, bypass_csp=True
        )
        opened = context.new_page()
        opened.set_default_timeout(10_000)
        enters(opened, cast.aicha)
        yield opened
        context.close()
    set_offset(timedelta(0))


def enters(page: Page, who: Person) -> None:
    page.goto("/console/")
    page.fill("[name=email]", who.email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav[aria-label=Console]")


def looked_at(page: Page, wrong: dict[str, list[str]], state: str) -> None:
    """Note what is wrong with what is on the screen, then at the narrowest."""
    found = faults(page)
    page.set_viewport_size({"width": 320, "height": 900})
    reached = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1200, "height": 900})
    wrong[state] = found + ([] if reached == 320 else [f"{reached} px at 320"])


def test_nothing_is_found_in_what_people_asked_for(page: Page, world: World) -> None:
    wrong: dict[str, list[str]] = {}
    page.goto("/console/")
    looked_at(page, wrong, "home")
    page.goto("/console/demandes/")
    looked_at(page, wrong, "list")
    addresses = page.locator("a[href*='/demandes/details/']").evaluate_all(
        "links => [...new Set(links.map(link => link.href))]"
    )
    assert len(addresses) == 3
    for address in addresses:
        page.goto(address)
        looked_at(page, wrong, page.locator("h1").inner_text())
    assert {state: found for state, found in wrong.items() if found} == {}


def test_nothing_is_found_in_a_calendar_and_its_dry_run(page: Page, world: World) -> None:
    wrong: dict[str, list[str]] = {}
    page.goto(f"/console/calendrier/?vague={world.wave_id}")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    looked_at(page, wrong, "calendar")
    page.goto(f"/console/calendrier/essai-a-blanc?vague={world.wave_id}")
    assert page.locator("tbody tr").count() > 1
    looked_at(page, wrong, "dry run")
    assert {state: found for state, found in wrong.items() if found} == {}


def test_nothing_is_found_where_answers_are_entered(page: Page, world: World) -> None:
    wrong: dict[str, list[str]] = {}
    place = world.territory(GUERET).id
    page.goto("/console/saisie/")
    looked_at(page, wrong, "by a code")
    page.fill("[name=code]", "7KQ4-M2XP-D")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    looked_at(page, wrong, "no such code")
    page.goto("/console/saisie/fichier")
    looked_at(page, wrong, "a file")
    page.goto(f"/console/saisie/?territory_id={place}")
    looked_at(page, wrong, "which theme")
    page.check("#c-phone")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[data-entry]")
    looked_at(page, wrong, "section")
    says(world, world.respondent(GUERET), {"mediation_place": "yes"}, source="form:one")
    page.check("[name=mediation_place][value=no]")
    with page.expect_navigation():
        page.locator("form[data-entry] button[value=next]").first.click()
    looked_at(page, wrong, "two answers")
    answers_all(world, world.respondent(GUERET), "communication")
    page.goto(f"/console/saisie/relire?territory_id={place}&theme=communication&channel=phone")
    looked_at(page, wrong, "review")
    page.locator("main form[action*=envoyer] button").first.click()
    page.wait_for_url("**/envoye?**")
    looked_at(page, wrong, "sent")
    assert {state: found for state, found in wrong.items() if found} == {}
