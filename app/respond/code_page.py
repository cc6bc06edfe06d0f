"""Type the code of a letter: the page of its link opens."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.links.guesses import NoCode, TooManyGuesses, WrongCode, hash_of, open_with_code
from app.now import now
from app.web.app_state import house
from app.web.skin import page

LONGEST = 64  # characters kept of what was typed


def code() -> ResponseReturnValue:
    """One field."""
    return _page("", "")


def open_code() -> ResponseReturnValue:
    """Go to the link's page; what opens nothing is told beside the field, always alike."""
    typed = request.form.get("code", "").replace("\0", "")[:LONGEST]
    try:
        signer = house().letterhead.signer
        token = open_with_code(house().db, signer, typed, visitor(), now=now())
    except (NoCode, WrongCode, TooManyGuesses) as refused:
        return _page(typed, str(refused)), refused.status
    return redirect(url_for("respond.link", token=token), 303)


def visitor() -> str:
    """The network that this request comes from, as tries are counted."""
    return hash_of(house().settings.secret_key, request.remote_addr or "")


def _page(typed: str, error: str) -> str:
    return page(
        "code.html",
        code_url=url_for("respond.open_code"),
        new_link_url=url_for("respond.new_link"),
        typed=typed,
        error=error,
    )
