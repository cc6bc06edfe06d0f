"""The look in force, and how every page of ours is written."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from flask import Flask, current_app
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from app.charts.drawings import DRAWINGS

WEB = Path(__file__).parent
_KEY = "barometre.pages"


def install(app: Flask, skin: str) -> None:
    """Dress the application: `skin("components.html")` is the file of the skin in force."""
    # Blueprints add their own folders after these.
    app.jinja_loader = ChoiceLoader([FileSystemLoader([WEB / "templates", WEB])])
    app.jinja_env.globals["skin"] = lambda name: f"skins/{skin}/{name}"
    app.jinja_env.globals["svg"] = DRAWINGS
    # Strict for our pages only: Flask-Admin's own templates lean on undefined variables.
    app.extensions[_KEY] = app.jinja_env.overlay(undefined=StrictUndefined)


def fragment(template: str, macro: str, *given: object) -> str:
    """What one macro of a template draws: a part of a page that is already open."""
    strict = cast(Environment, current_app.extensions[_KEY])
    return str(getattr(strict.get_template(template).module, macro)(*given))


def page(template: str, **context: object) -> str:
    """A page of ours. An undefined variable is an error: silence where words should be is worse."""
    strict = cast(Environment, current_app.extensions[_KEY])
    return strict.get_template(template).render(context)
