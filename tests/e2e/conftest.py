"""A real browser in front of a real server, both on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from werkzeug.serving import make_server

from app.main import create_app
from app.now import set_offset
from tests.world import START, World

GUERET = "23096"
CHROMIUM = "/usr/bin/chromium"
# Chromium refuses its own sandbox to root, which containers run as.
CHROMIUM_OPTIONS = ["--no-sandbox"]
# A page that could not send tries again after five seconds by itself: Playwright's own patience.
expect.set_options(timeout=15_000)


def _settling(click: Any) -> Any:
    """A click that ends once the page that it opened is there.

    Playwright's own ends when that page begins to come: what is asked at once, and does not wait
    by itself (`count`, `is_visible`, `evaluate`), would read a page half there.
    """

    def settled(self: Locator | Page, *given: Any, **options: Any) -> None:
        click(self, *given, **options)
        (self.page if isinstance(self, Locator) else self).wait_for_load_state()

    return settled


# A file's own: while Playwright runs, no other test of this process may run a loop of events.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        with pytest.MonkeyPatch.context() as patch:
            for kind in (Locator, Page):
                patch.setattr(kind, "click", _settling(kind.click))
            yield browser
        browser.close()


@dataclass
class Site:
    """The site of one world, in one skin, and the browsers opened on it."""

    world: World
    address: str
    chromium: Browser
    time: datetime

    @property
    def link(self) -> str:
        return f"{self.address}/r/{self.world.answer_link(GUERET)}"

    @contextmanager
    def device(
        self, *, width: int = 1200, scripts: bool = False, strict: bool = False
    ) -> Iterator[Page]:
        """A fresh browser, with nothing of the others. `strict`: the page's policy holds for us."""
        context = self.chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            bypass_csp=scripts and not strict,
            locale="fr-FR",
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        yield page
        context.close()


def goes_away(page: Page) -> None:
    """She closes the page while the line is down: not a word of it leaves any more.

    Chromium lifts the pretence of being off line while it takes the page away, which then sends.
    """
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.goto("about:blank")


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """This application behind a real server of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["ours", "etat"])
def site(request: pytest.FixtureRequest, world: World, chromium: Browser) -> Iterator[Site]:
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()
    house = replace(world.house, settings=replace(world.settings, publisher=request.param))
    time = START + timedelta(days=3)
    set_offset(time - datetime.now(UTC))
    with serving(create_app(house)) as address:
        yield Site(world, address, chromium, time)
    set_offset(timedelta(0))
