"""The sending page in a browser: read by axe, narrow, stopped and followed without any script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from app.messages.holds.gate import hold
from app.vocabulary.scope import Author
from app.vocabulary.sending_holds import HoldReason
from tests.e2e.test_console_pages import looked_at, page
from tests.messages.holds.boxes import boxes
from tests.messages.post import invited
from tests.world import World

__all__ = ["page"]
pytestmark = pytest.mark.slow


def test_aicha_stops_everything_and_lets_it_go(page: Page, world: World) -> None:
    wrong: dict[str, list[str]] = {}
    boxes(world, "a.invalid", 3)
    invited(world)
    with world.db.transaction() as session:
        for reason, domain in ((HoldReason.DOMAIN, "b.invalid"), (HoldReason.COPY, None)):
            hold(session, reason, domain=domain, by=Author.system(), now=world.now)
    page.goto("/console/suivi-des-envois/")
    looked_at(page, wrong, "going on, a copy and a domain held")

    page.click("text=Arrêter tous les envois")
    page.wait_for_selector("text=Laisser repartir les envois")
    looked_at(page, wrong, "stopped")
    page.goto("/console/")
    looked_at(page, wrong, "home, stopped")
    page.click("text=Voir les envois >> nth=0")
    page.click("text=Laisser repartir les envois")
    page.wait_for_selector("text=Les envois reprennent.")

    page.click("text=Suivre en direct")
    page.wait_for_selector("text=Ne plus suivre")
    looked_at(page, wrong, "followed")
    assert {state: found for state, found in wrong.items() if found} == {}
