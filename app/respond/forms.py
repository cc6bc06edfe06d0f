"""What a page's form sent, told apart by the names of its fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from secrets import token_urlsafe

from werkzeug.datastructures import MultiDict

from app.collect.entries import Entry, Form
from app.errors import Refused

_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SEEN = re.compile(r"[0-9]{1,18}")  # less than PostgreSQL's largest bigint
_LONGEST = 4_000  # characters of one field; what is longer is refused by its kind anyway
SEEN, KEEP, MINE = ".seen", ".keep", ".mine"


class BrokenForm(Refused):
    """The form lacks what our pages always send."""

    sentence = "Cette page est incomplète. Rouvrez-la depuis votre lien et réessayez."


def new_nonce() -> str:
    """One a rendered page: the same form sent twice is a repeat."""
    return token_urlsafe(12)


def source_of(form: MultiDict[str, str]) -> str:
    """The name of this sending, for `collect.save`."""
    nonce = form.get("nonce", "")
    if not _NONCE.fullmatch(nonce):
        raise BrokenForm
    return f"form:{nonce}"


def go_of(form: MultiDict[str, str]) -> str:
    """The button pressed: next, back or stay."""
    go = form.get("go", "next")
    return go if go in ("next", "back", "stay") else "next"


def shown_of(form: MultiDict[str, str]) -> frozenset[str]:
    """The codes of the questions that the page showed."""
    return frozenset(name.removesuffix(SEEN) for name in form if name.endswith(SEEN))


def entries_of(form: MultiDict[str, str]) -> Sequence[Entry]:
    """One entry a question shown, in the order of the page; a conflict left open sends none."""
    entries = []
    for name in form:
        if not name.endswith(SEEN):
            continue
        code = name.removesuffix(SEEN)
        disputed = f"{code}{MINE}" in form
        if disputed and form.get(f"{code}{KEEP}") != "mine":
            continue
        parts = form.getlist(f"{code}{MINE}" if disputed else code)
        value = Form(tuple(part[:_LONGEST] for part in parts), settled=disputed)
        entries.append(Entry(code, value, _seen(form[name])))
    return entries


def _seen(text: str) -> int | None:
    return int(text) if _SEEN.fullmatch(text) else None
