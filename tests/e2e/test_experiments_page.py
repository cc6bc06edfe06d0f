"""An experiment begun in a browser: its form, its rule, the list; read by axe, and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from app.campaigns.experiments import Rule
from tests.campaigns.test_experimenting import codes
from tests.e2e.test_console_pages import looked_at, page
from tests.world import World

__all__ = ["page"]
pytestmark = pytest.mark.slow


def test_aicha_reads_the_rule_and_begins(
    page: Page, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: dict[str, list[str]] = {}
    monkeypatch.setattr(Rule, "n_per_arm", 4)
    for code in codes(world):
        world.contact(code, f"mairie{code}@mairie.invalid")
    page.goto("/console/essais/")
    looked_at(page, wrong, "none yet")

    page.click("text=Commencer un essai")
    page.fill("[name=label]", "Un texte plus court")
    page.click("text=Voir ce qu’il faut")
    page.wait_for_selector("text=Dites ce qui est essayé")
    looked_at(page, wrong, "nothing chosen")
    page.select_option("select[name=tries]", "words:last_call")
    page.click("text=Voir ce qu’il faut")
    page.wait_for_selector("text=Avant de commencer")
    looked_at(page, wrong, "the rule")
    page.click("text=Tirer au sort et commencer l’essai")
    page.wait_for_selector("text=Les boîtes sont tirées au sort.")
    looked_at(page, wrong, "begun")
    assert {state: found for state, found in wrong.items() if found} == {}
