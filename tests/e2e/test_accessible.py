"""How a page is read by axe; no page scrolls sideways or asks another site, in both skins."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from app.settings import ROOT
from tests.collect.answers import answers_all, says
from tests.e2e.conftest import GUERET, Site

pytestmark = pytest.mark.slow

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "",
    "/inclusion/section/places",
    "/cybersecurite/section/people",
    "/inclusion/relire",
    "/communication/recu",
    "/refuser",
    "/aide",
    "/contact",
    "/papier",
    "/pas-nous",
    "/inclusion/confie",
    "/nimporte",
)


def prepared(site: Site) -> None:
    """Something of everything: begun, handed in, handed over."""
    world = site.world
    who = world.respondent(GUERET)
    world.link("stop", GUERET)
    says(world, who, {"mediation_place": "yes", "referral": "no"}, source="form:one")
    answers_all(world, who, "communication")
    with site.device() as page:
        page.goto(f"{site.link}/communication/relire")
        page.get_by_role("button", name="Envoyer ce thème").click()
        page.goto(site.link)
        page.get_by_label("Adresse électronique du collègue").fill("julie.lamy@gueret.invalid")
        page.get_by_role("button", name="Envoyer le lien").click()


def faults(page: Page) -> list[str]:
    """All that axe finds, whatever its weight: rule and first element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found["violations"]]


def test_no_page_asks_another_site_or_breaks_its_policy(site: Site) -> None:
    prepared(site)
    asked: list[str] = []
    told: list[str] = []
    answered: list[int] = []
    with site.device(scripts=False) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: told.append(message.text))
        page.on("response", lambda answer: answered.append(answer.status))
        for path in PAGES:
            page.goto(f"{site.link}{path}")
    assert [url for url in asked if not url.startswith((site.address, "data:"))] == []
    assert [text for text in told if "Content Security Policy" in text] == []
    assert max(answered) < 500
