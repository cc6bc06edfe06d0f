"""A question as the respondent's own page draws it, for the editors' preview.

The same templates, in our skin, with an environment of their own: the console's is Flask-Admin's,
where an undefined variable passes.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.charts.drawings import DRAWINGS
from app.respond.item_view import Item
from app.settings import ROOT


def drawn(item: Item) -> Markup:
    """One question of a page: its text, its controls, what is wrong with what was typed."""
    widgets = _environment().get_template("widgets.html").module
    return Markup(widgets.ask(item))  # type: ignore[attr-defined]


@cache
def _environment() -> Environment:
    folders = (ROOT / "app" / "respond" / "templates", ROOT / "app" / "web")
    made = Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined)
    made.globals["skin"] = lambda name: f"skins/ours/{name}"
    made.globals["svg"] = DRAWINGS
    return made
