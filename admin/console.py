"""What every page of the console reaches for: the house, its session, who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g
from sqlalchemy.orm import scoped_session

from admin.session import ConsoleSession
from app.auth.users import Staff
from app.errors import NotAllowed
from app.house import House
from app.vocabulary.scope import Author, Right, Scope

PREFIX = "/console"
EXTENSION = "barometre_console"


# The paper of one theme (territory's id, theme's code) as a PDF: made by a neighbour, `reports`.
PaperPrinter = Callable[[int, str], bytes]
# Letters to post, as a PDF: whose scope, which run (id), which part of it, with blank backs or not.
LettersPrinter = Callable[[Scope, int, int, bool], bytes]


@dataclass(frozen=True, slots=True)
class Console:
    """The house, and the session that reads what the signed-in person may see."""

    house: House
    paper: PaperPrinter
    letters: LettersPrinter
    session: scoped_session[ConsoleSession]
    views: list[Any]  # Flask-Admin's views, which are untyped, in the order of the navigation


def console() -> Console:
    """The console of the application that answers this request."""
    found: Console = current_app.extensions[EXTENSION]
    return found


def signed_in() -> Staff | None:
    """Who is signed in, as the door found it at the beginning of this request."""
    found: Staff | None = g.get("staff")
    return found


def staff() -> Staff:
    """Who is signed in; refuses nobody."""
    found = signed_in()
    if found is None:
        raise NotAllowed
    return found


def scope_with(right: Right) -> Scope:
    """The scope of who is signed in, if their role gives this right."""
    scope = staff().scope
    if not scope.may(right):
        raise NotAllowed
    return scope


def author() -> Author:
    """In whose name this request writes."""
    return Author.user(staff().scope.user_id)
