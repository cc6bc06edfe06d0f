"""The README's four pictures, taken from the demo that is running on this machine."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import click
import httpx
from playwright.sync_api import Page, ViewportSize, sync_playwright

from app.cli.demo.fresh import finished
from app.cli.demo.shown import AICHA, PASSWORD, link_address
from app.house import House, open_house
from app.settings import ROOT
from tests.e2e.conftest import CHROMIUM, CHROMIUM_OPTIONS

IMAGES = ROOT / "docs" / "images"
SIZE: ViewportSize = {"width": 1000, "height": 720}


def main() -> int:
    """Take them; 1 with a sentence when no demo is there."""
    house = open_house(os.environ)
    try:
        done = finished(house.db)
        if done is None or done.open_territory_id is None or done.card_territory_id is None:
            click.echo("Lancez d’abord « script/demo », sans --departement.", err=True)
            return 1
        if not _is_served(house):
            click.echo("Lancez d’abord « script/demo » dans un autre terminal.", err=True)
            return 1
        IMAGES.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
            page = browser.new_page(viewport=SIZE)
            _respondent(page, link_address(house, "answer", done.open_territory_id))
            _console(page, house)
            browser.close()
        _card(link_address(house, "card", done.card_territory_id))
    finally:
        house.close()
    for picture in sorted(IMAGES.glob("*.png")):
        click.echo(f"{picture.relative_to(ROOT)}\t{picture.stat().st_size // 1024} Ko")
    return 0


def _is_served(house: House) -> bool:
    try:
        return httpx.get(f"{house.letterhead.public_url}/healthz", timeout=5).is_success
    except httpx.TransportError:
        return False


def _respondent(page: Page, link: str) -> None:
    page.goto(link)
    page.screenshot(path=IMAGES / "lien.png")
    page.locator(".theme a, .theme button").first.click()
    page.screenshot(path=IMAGES / "question.png")


def _console(page: Page, house: House) -> None:
    page.goto(f"{house.letterhead.public_url}/console/")
    page.locator("input[type=email], input[name=email]").first.fill(AICHA)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{house.letterhead.public_url}/console/")
    page.screenshot(path=IMAGES / "console.png")


def _card(card: str) -> None:
    """The PDF's first page, as a reader of PDF shows it."""
    pdf = httpx.get(f"{card}.pdf", timeout=60)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "fiche.pdf"
        source.write_bytes(pdf.raise_for_status().content)
        subprocess.run(
            ["pdftoppm", "-png", "-r", "72", "-f", "1", "-singlefile", source, IMAGES / "fiche"],
            check=True,
        )


if __name__ == "__main__":
    raise SystemExit(main())
