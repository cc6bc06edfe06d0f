"""Who signs prenotices with us, and adding one: for whoever decides of the calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.console import author, console, scope_with, staff
from admin.views import Page, exposed
from app.campaigns.senders import (
    LONGEST_NAME,
    LONGEST_WORDS,
    BadSender,
    SenderExists,
    Signature,
    add_sender,
)
from app.campaigns.senders_read import every_sender, organisations_of_senders
from app.errors import Refused
from app.messages.partner_words import readable, why_not
from app.now import now
from app.vocabulary.scope import Right

LONGEST_FIELD = 2_000  # what is kept of a field that is far too long, to show it again
# Which field a refusal speaks of: the first of these words that it says.
_SPEAKS_OF = (
    ("words", re.compile(r"\bmot\b")),
    ("name", re.compile(r"\bnom\b")),
    ("organisation", re.compile(r"\borganisation\b")),
    ("reply_to", re.compile(r"\badresse\b")),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form, word for word."""

    name: str = ""
    reply_to: str = ""
    words: str = ""
    organisation: str = ""

    def signature(self) -> Signature:
        """What they state; an organisation that was not chosen is none."""
        return Signature(self.name, self.reply_to, self.words, self.organisation or None)


class Partners(Page):
    """The list, and the form under it. Reached from the calendar, not from the navigation."""

    right = Right.PUBLISH
    within = "calendrier"

    def is_accessible(self) -> bool:
        return super().is_accessible() and staff().scope.national

    def is_visible(self) -> bool:
        return False

    @exposed("/")
    def index(self) -> str:
        """All who may sign."""
        return self._page(Typed())

    @exposed("/", "POST")
    def add(self) -> ResponseReturnValue:
        """Keep one more; what cannot be kept is shown again as it was typed."""
        scope, typed = scope_with(Right.PUBLISH), typed_in(request.form)
        try:
            add_sender(console().house.db, scope, author(), typed.signature(), now=now())
        except (BadSender, SenderExists) as refused:
            return self._page(typed, refused), refused.status
        flash(f"{typed.name} peut signer un préavis. Choisissez-le en programmant un lot.")
        return redirect(url_for("signataires.index"))

    def _page(self, typed: Typed, refusal: Refused | None = None) -> str:
        with console().house.db.reading() as session:
            found, organisations = every_sender(session), organisations_of_senders(session)
        return self.render(
            "console/partners.html",
            found=found,
            organisations=organisations,
            typed=typed,
            refusal=refusal,
            beside=spoken_of(refusal, typed) if refusal else "",
            longest_name=LONGEST_NAME,
            longest_words=LONGEST_WORDS,
        )


def typed_in(form: Mapping[str, str]) -> Typed:
    """What was sent; a field that is missing is empty."""

    def field(name: str) -> str:
        return form.get(name, "").replace("\0", "").strip()[:LONGEST_FIELD]

    return Typed(*(field(name) for name in Typed.__dataclass_fields__))


def spoken_of(refusal: Refused, typed: Typed) -> str:
    """The field that a refusal speaks of; "" when it names none, and stands above the form."""
    why = refusal.details.get("why")
    if why is not None and why == why_not(readable(typed.name), ""):
        return "name"
    if why is not None and why == why_not(readable(typed.words), typed.reply_to):
        return "words"
    said = str(refusal).lower()
    return next((field for field, word in _SPEAKS_OF if word.search(said)), "")
