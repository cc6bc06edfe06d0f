"""Draws a card on two A4 pages: tagged PDF (PDF/UA-1), in French, with headings and alternatives.

WeasyPrint is warm once a process: its style sheet is parsed and its fonts are read at the first
card only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from app.charts.drawings import DRAWINGS
from app.settings import ROOT

TEMPLATES: Final = Path(__file__).parent / "templates"
FONTS: Final = ROOT / "node_modules" / "@fontsource" / "atkinson-hyperlegible-next" / "files"
PAGES: Final = 2
WEIGHTS: Final = (400, 600, 700)


class CardTooLong(RuntimeError):
    """No setting makes this card two pages: a bug in the template, never printed anyway."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How the table of lost points is set."""

    breaks: bool  # the second page starts with the next steps
    dense: bool
    most: int  # rows a theme, the rest told in one line
    letters: int  # of an answer, cut beyond: the page on screen has it whole


# From the roomiest to the tightest; the first that makes two pages is taken.
FITS: Final = (
    Fit(breaks=True, dense=False, most=99, letters=44),
    Fit(breaks=True, dense=True, most=99, letters=44),
    Fit(breaks=False, dense=True, most=99, letters=44),
    Fit(breaks=False, dense=True, most=99, letters=24),
    Fit(breaks=False, dense=True, most=8, letters=24),
    Fit(breaks=False, dense=True, most=5, letters=24),
    Fit(breaks=False, dense=True, most=3, letters=24),
    Fit(breaks=False, dense=True, most=2, letters=24),
)


def pdf_of(content: dict[str, Any]) -> bytes:
    """The card's PDF: exactly two pages, whatever the length of names and tables."""
    drawer = _drawer()
    for fit in FITS[_first_fit(content) :]:
        html = drawer.template.render(card=content, fit=fit)
        document = HTML(string=html, base_url=TEMPLATES.as_uri()).render(
            stylesheets=[drawer.style], font_config=drawer.fonts
        )
        if len(document.pages) == PAGES:
            pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
            return pdf
    raise CardTooLong(content["number"])


def template_text() -> str:
    """All that decides how a card is drawn, for the digest."""
    names: Sequence[str] = ("card.html", "card.css", "card_parts.html")
    return "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names) + repr(FITS)


def warm() -> None:
    """Parse the style sheet and read the fonts before the first card."""
    _drawer()


def _first_fit(content: dict[str, Any]) -> int:
    """The roomiest setting worth trying: a layout costs as much as the rest together."""
    rows = sum(len(theme["lost"]) for theme in content["themes"])
    return 0 if rows <= 9 else 1 if rows <= 12 else 2


@dataclass(frozen=True, slots=True)
class _Drawer:
    template: Any
    style: CSS
    fonts: FontConfiguration


@cache
def _drawer() -> _Drawer:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True
    )
    environment.globals["svg"] = DRAWINGS
    fonts = FontConfiguration()
    css = font_faces() + (TEMPLATES / "card.css").read_text(encoding="utf-8")
    return _Drawer(environment.get_template("card.html"), CSS(string=css, font_config=fonts), fonts)


def font_faces() -> str:
    """The style sheet's head: where the letters are."""
    return "".join(
        f"@font-face{{font-family:Atkinson;font-weight:{weight};src:url({_font(weight).as_uri()})}}"
        for weight in WEIGHTS
    )


def _font(weight: int) -> Path:
    return FONTS / f"atkinson-hyperlegible-next-latin-{weight}-normal.woff2"
