"""Bruno enters what a mairie says by telephone, with the keyboard alone, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app.main import create_app
from app.now import set_offset
from tests.admin.cast import PASSWORD, gather
from tests.world import START, World

pytestmark = pytest.mark.slow
GUERET = "23096"


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The site with its console, on this machine; Bruno has an account."""
    set_offset(START - datetime.now(UTC))
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()
    site = create_app(world.house)
    gather(world, site)
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    set_offset(timedelta(0))


@pytest.fixture(params=[True, False], ids=["with its script", "without script"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=request.param, locale="fr-FR"
    )
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    context.close()


def begins(page: Page, address: str, world: World) -> None:
    page.goto(f"{address}/console/saisie/?territory_id={world.territory(GUERET).id}")
    page.fill("[name=email]", "bruno@console.invalid")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.check("#c-phone")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[data-entry]")


def value(world: World, question: str) -> object:
    kept = world.response(GUERET, "inclusion").answers.get(question)
    return kept and kept["value"]


@pytest.mark.parametrize("page", [True], indirect=True)
def test_figures_choose_and_enter_goes_on(page: Page, address: str, world: World) -> None:
    begins(page, address, world)
    page.wait_for_selector("[name=mediation_place]:focus")  # the browser focuses once it has drawn

    page.keyboard.press("3")
    assert page.is_checked("[name=mediation_place][value=no]")
    page.keyboard.press("0")
    assert not page.is_checked("[name=mediation_place][value=no]")
    page.keyboard.press("1")
    while page.evaluate("document.activeElement.name") and "section" in page.url:
        before = page.url
        last = page.evaluate(
            "[...document.querySelectorAll('[data-question]')].pop()"
            ".contains(document.activeElement)"
        )
        page.keyboard.press("Enter")
        if last:
            break
    page.wait_for_url(lambda url: url != before)
    assert value(world, "mediation_place") == "yes"
    # Having said yes brings two questions onto this very screen: the first of them is ready.
    page.wait_for_selector("[name=mediation_place_kinds]:focus")
    page.keyboard.press("2")
    page.keyboard.press("1")
    assert page.is_checked("[name=mediation_place_kinds][value=library]")
    assert page.is_checked("[name=mediation_place_kinds][value=france_services]")


@pytest.mark.parametrize("page", [False], indirect=True)
def test_without_script_it_is_a_plain_form(page: Page, address: str, world: World) -> None:
    begins(page, address, world)
    page.focus("#mediation_place")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/section**")
    page.wait_for_selector("#question-mediation_place_kinds")
    assert value(world, "mediation_place") == "yes"
