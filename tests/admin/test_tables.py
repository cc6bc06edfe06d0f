"""No table of the console pushes its page wider than a telephone: each scrolls in its own box."""

from __future__ import annotations

import re

from app.settings import ROOT

PAGES = ROOT / "admin" / "theme" / "templates" / "console"
BOX = re.compile(r'<div class="scroll[^>]*tabindex="0" role="region" aria-label="[^"]+">\s*$')


def test_every_table_is_in_a_named_box_that_scrolls() -> None:
    bare = {
        page.name: [
            page.read_text(encoding="utf-8").count("\n", 0, found.start()) + 1
            for found in re.finditer("<table", page.read_text(encoding="utf-8"))
            if not BOX.search(page.read_text(encoding="utf-8")[: found.start()])
        ]
        for page in sorted(PAGES.glob("*.html"))
    }

    assert sum("<table" in page.read_text(encoding="utf-8") for page in PAGES.glob("*.html")) > 15
    assert {name: lines for name, lines in bare.items() if lines} == {}
