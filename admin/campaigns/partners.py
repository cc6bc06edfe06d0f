"""Who signs prenotices with us, and adding one: for whoever decides of the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.console import author, console, scope_with
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
from app.now import now
from app.vocabulary.scope import Right

LONGEST_FIELD = 2_000  # what is kept of a field that is far too long, to show it again


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
    national = True
    within = "calendrier"

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
            beside=refusal.details["part"] if refusal else "",
            longest_name=LONGEST_NAME,
            longest_words=LONGEST_WORDS,
        )


def typed_in(form: Mapping[str, str]) -> Typed:
    """What was sent; a field that is missing is empty."""

    def field(name: str) -> str:
        return form.get(name, "").replace("\0", "").strip()[:LONGEST_FIELD]

    return Typed(*(field(name) for name in Typed.__dataclass_fields__))
