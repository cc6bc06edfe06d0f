"""How the console tells a refusal: a sentence, and one way on."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from admin import french
from admin.console import signed_in
from app.errors import Refused


def told(refused: Refused) -> ResponseReturnValue:
    """A page that says what was refused and what to do."""
    page = render_template("console/told.html", sentence=str(refused), staff=signed_in(), fr=french)
    return page, refused.status
