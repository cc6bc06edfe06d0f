"""Going on by messenger, and coming back, in a real browser: everybody can read these pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from app.links.chats import tie
from app.links.handoff import web_url
from app.main import create_app
from app.models.contacts import Link
from app.now import set_offset
from app.vocabulary.scope import Channel
from tests.e2e.conftest import GUERET, Site, serving
from tests.e2e.enlarged import WIDE
from tests.e2e.sweep import Sweep
from tests.respond.messengers import DEMO, TCHAP, TELEGRAM, switches_on
from tests.world import START, World

pytestmark = pytest.mark.slow


@pytest.fixture(params=["ours", "etat"])
def site(request: pytest.FixtureRequest, world: World, chromium: Browser) -> Iterator[Site]:
    """A site on which every messenger is on."""
    switches_on(world, TELEGRAM, TCHAP, DEMO)
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()
    house = replace(world.house, settings=replace(world.settings, publisher=request.param))
    time = START + timedelta(days=3)
    set_offset(time - datetime.now(UTC))
    with serving(create_app(house)) as address:
        yield Site(world, address, chromium, time)
    set_offset(timedelta(0))


def drawn(picture: bytes) -> list[str]:
    """What a telephone reads on the screen."""
    return [one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def test_nothing_is_found_on_the_pages_of_messengers(site: Site) -> None:
    world = site.world
    with site.device(width=WIDE, scripts=True) as page:
        sweep = Sweep(site, page)
        own = sweep.link(GUERET, "/messagerie")
        sweep.opens(own, "chat, nothing tied", "Aucune pour l’instant")
        sweep.presses("Obtenir un code", "chat, a code", "Votre code")
        deep = page.get_by_role("link", name="Ouvrir Telegram").get_attribute("href")
        assert drawn(page.screenshot(full_page=True)) == [deep]
        for channel, name in ((Channel.TELEGRAM, "1"), (Channel.MATRIX, "!a:agent.example")):
            with world.db.transaction() as session:
                tie(session, channel, name, world.link("answer", GUERET)[0], now=world.now)
        sweep.opens(own, "chat, two tied", "Dissocier")
        sweep.presses("Dissocier", "chat, untied", "n’est plus associée")
        with world.db.transaction() as session:
            link = session.get_one(Link, world.link("answer", GUERET)[0])
            url = web_url(session, world.letterhead, link, now=site.time)
        address = url.removeprefix(world.settings.public_url)
        sweep.opens(address, "handoff", "Continuer sur le site")
        sweep.presses("Ouvrir le questionnaire", "handed off", "trois questionnaires")
        sweep.opens(address, "handoff, over", "n’ouvre plus rien")
    assert sweep.faulty() == {}


def test_on_a_telephone_the_square_does_not_overflow(site: Site) -> None:
    with site.device(width=320) as page:
        page.goto(f"{site.link}/messagerie")
        page.get_by_role("button", name="Obtenir un code").click()

        assert page.get_by_role("img", name="Code QR").is_visible()
        with site.device(width=320, scripts=True) as measured:
            measured.goto(f"{site.link}/messagerie")
            measured.get_by_role("button", name="Obtenir un code").click()
            widest = measured.evaluate("document.documentElement.scrollWidth")
    assert widest <= 320
