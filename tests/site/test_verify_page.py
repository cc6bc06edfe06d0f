"""The page for whoever doubts a message."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.world import World


def said(browser: FlaskClient) -> str:
    page = re.sub(r"<[^>]+>", " ", browser.get("/verifier").text).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", page)


def test_it_says_from_where_we_write_and_where_our_links_lead(
    world: World, browser: FlaskClient
) -> None:
    told = said(browser)

    assert world.settings.sender_address in told
    assert f"{world.settings.public_url}/" in told
    assert "un mot de passe" in told
    assert "Telegram" not in told


def test_it_says_when_the_wave_s_messages_leave(world: World, browser: FlaskClient) -> None:
    assert "Aucune vague n’est prévue en ce moment." in said(browser)
    world.open_wave()
    told = said(browser)

    assert "du 15 septembre 2026 au" in told
    assert "Campagne de démonstration" in told


def test_the_help_page_and_the_site_map_lead_there(browser: FlaskClient) -> None:
    for path in ("/aide", "/plan-du-site"):
        assert 'href="/verifier"' in browser.get(path).text
