"""What a page's form sent, told apart by the names of its fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_urlsafe

from werkzeug.datastructures import MultiDict

from app.collect.entries import Entry, Form
from app.errors import Refused

_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SEEN = re.compile(r"[0-9]{1,18}")  # less than PostgreSQL's largest bigint
_LONGEST = 4_000  # characters of one field; what is longer is refused by its kind anyway
SEEN, KEEP, MINE = ".seen", ".keep", ".mine"
CLEAR, TAKE = "clear", "take"
ABOUT_ONE = (CLEAR, TAKE)
"""The buttons of one question: `clear:<code>` empties it, `take:<code>` takes its suggestion."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The button that sent a form: next, back, stay, or clear and take with their question."""

    go: str
    code: str = ""


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


def pressed_of(form: MultiDict[str, str]) -> Pressed:
    """The button pressed; what is none of ours is taken for `next`."""
    go, _, code = form.get("go", "next").partition(":")
    if go in ABOUT_ONE and code:
        return Pressed(go, code)
    return Pressed(go) if go in ("next", "back", "stay") and not code else Pressed("next")


def shown_of(form: MultiDict[str, str]) -> frozenset[str]:
    """The codes of the questions that the page showed."""
    return frozenset(name.removesuffix(SEEN) for name in form if name.endswith(SEEN))


def entries_of(form: MultiDict[str, str]) -> Sequence[Entry]:
    """One entry a question shown, in the order of the page; a conflict left open sends none."""
    entries = []
    pressed = pressed_of(form)
    for name in form:
        if not name.endswith(SEEN):
            continue
        code = name.removesuffix(SEEN)
        if pressed == Pressed(CLEAR, code):
            entries.append(Entry(code, None, _seen(form[name])))
            continue
        disputed = f"{code}{MINE}" in form
        chosen = form.get(f"{code}{KEEP}")
        if chosen != "mine" if disputed else chosen is not None:
            continue
        parts = form.getlist(f"{code}{MINE}" if disputed else code)
        value = Form(tuple(part[:_LONGEST] for part in parts), settled=disputed)
        entries.append(Entry(code, value, _seen(form[name])))
    return entries


def _seen(text: str) -> int | None:
    return int(text) if _SEEN.fullmatch(text) else None
