"""What the skins ask the server for exists, and nothing is fetched elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.rendering import APP, SKINS, render_source

ROOT = APP.parent
SERVED = {
    "/assets/fonts/": ROOT / "node_modules/@fontsource/atkinson-hyperlegible-next/files",
    "/assets/dsfr/": ROOT / "node_modules/@gouvfr/dsfr/dist",
    "/assets/skins/": APP / "web" / "skins",
    "/static/": APP / "web" / "static",
}


def _file(address: str) -> Path:
    start = next(start for start in SERVED if address.startswith(start))
    return SERVED[start] / address.removeprefix(start)


def _addresses(skin: str) -> list[str]:
    head = re.findall(r'href="([^"]+)"', render_source(skin, "{{ c.head() }}").text)
    sheets = [a for a in head if a.startswith("/assets/skins/")]
    inside = [re.findall(r"url\(([^)]+)\)", _file(a).read_text()) for a in sheets]
    return head + [address for found in inside for address in found]


@pytest.mark.parametrize("skin", SKINS)
def test_every_file_a_skin_names_is_there(skin: str) -> None:
    addresses = _addresses(skin)

    assert len(addresses) > 3
    assert [a for a in addresses if not _file(a).is_file()] == []


def test_our_style_sheet_stays_small() -> None:
    assert (APP / "web/skins/ours/skin.css").stat().st_size < 20_000


@pytest.mark.parametrize("sheet", ["ours/skin.css", "dsfr/extra.css"])
def test_a_style_sheet_closes_what_it_opens(sheet: str) -> None:
    text = (APP / "web" / "skins" / sheet).read_text()

    assert text.count("{") == text.count("}")
    assert "http" not in text
