"""What makes a page hard to read or to use once its text is enlarged, or its window is narrow.

WCAG 2.1, 1.4.4 (text at 200 %) and 1.4.10 (reflow at 320 px); RGAA 4.1, 10.4 and 10.11. A table
may scroll in its own box (1.4.10 excepts it); what only a screen reader hears is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from app.settings import ROOT

CRAMPED = (ROOT / "tests" / "e2e" / "cramped.js").read_text(encoding="utf-8")
WIDE, NARROW = 1280, 320


@dataclass(frozen=True, slots=True)
class Way:
    """One way to have everything larger: a window's width in CSS px, the size of its text."""

    name: str
    width: int
    text: int  # percent of what the browser proposes


WAYS = (
    Way("320 px", NARROW, 100),
    Way("zoom 200 %", WIDE // 2, 100),
    Way("texte 200 %", WIDE, 200),
)


def cramped(page: Page) -> list[str]:
    """All that is wrong in each of these ways; the page is left as it was."""
    found = []
    for way in WAYS:
        page.set_viewport_size({"width": way.width, "height": 900})
        found += [f"{way.name} : {fault}" for fault in page.evaluate(CRAMPED, way.text)]
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found
