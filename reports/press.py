"""Prints a template on A4 sheets: tagged PDF (PDF/UA-1), in French, in the barometer's letters.

A style sheet is parsed and the fonts are read once a process. One sheet at a time: what draws
the letters (Pango) does not stand several threads, and two at once would be no faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from app.charts.drawings import DRAWINGS
from reports.cards.paper import font_faces

_PRINTING: Final = Lock()


@dataclass(frozen=True, slots=True)
class Press:
    """What prints one kind of document: `<name>.html` and `<name>.css` of a folder."""

    folder: Path
    name: str

    def pdf(self, **context: Any) -> bytes:
        """The document as bytes."""
        with _PRINTING:
            plate = _plate(self)
            html = HTML(string=plate.template.render(context), base_url=self.folder.as_uri())
            pdf: bytes = html.write_pdf(
                stylesheets=[plate.style], font_config=plate.fonts, pdf_variant="pdf/ua-1"
            )
            return pdf


@dataclass(frozen=True, slots=True)
class _Plate:
    template: Template
    style: CSS
    fonts: FontConfiguration


@cache
def _plate(press: Press) -> _Plate:
    environment = Environment(
        loader=FileSystemLoader(press.folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
    )
    environment.globals["svg"] = DRAWINGS
    fonts = FontConfiguration()
    css = font_faces() + (press.folder / f"{press.name}.css").read_text(encoding="utf-8")
    return _Plate(
        environment.get_template(f"{press.name}.html"), CSS(string=css, font_config=fonts), fonts
    )
