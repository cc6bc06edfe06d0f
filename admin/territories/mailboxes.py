"""Leaving a mailbox alone for ever, and writing to it again: buttons beside an authority's own."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.console import author, console, scope_with
from admin.views import exposed
from app.errors import Hidden, Refused
from app.messages.left_alone import never_write_again, write_again
from app.now import now
from app.vocabulary.scope import Right


class NeverNotConfirmed(Refused):
    """The box was left empty."""

    sentence = (
        "Cochez la case qui confirme, puis recommencez. Plus aucun message ne partira vers cette "
        "boîte."
    )


class ComingBackNotConfirmed(Refused):
    """The box was left empty."""

    sentence = (
        "Cochez la case qui confirme que la personne l’a demandé, puis recommencez. Sans sa "
        "demande, nous ne lui écrivons plus."
    )


class MailboxActions:
    """What is done with one mailbox from the page of an authority."""

    @exposed("/ne-plus-ecrire", "POST")
    def never_write(self) -> ResponseReturnValue:
        """The person wrote or called: no message to this mailbox, about any authority."""
        scope, house = scope_with(Right.CHASE), console().house
        territory_id, contact_id = form_number("territory_id"), form_number("contact_id")
        if request.form.get("confirmed") != "yes":
            raise NeverNotConfirmed
        stopped = never_write_again(
            house.db, scope, author(), contact_id, house.letterhead.secret, now=now()
        )
        flash(
            "C’est noté\u00a0: nous n’écrirons plus jamais à cette boîte."
            if stopped
            else "Nous n’écrivions déjà plus à cette boîte."
        )
        return redirect(url_for(".details_view", id=territory_id, _anchor="boites"))

    @exposed("/ecrire-de-nouveau", "POST")
    def write_again(self) -> ResponseReturnValue:
        """The person asked for our messages again, about this authority."""
        scope, house = scope_with(Right.CHASE), console().house
        territory_id, contact_id = form_number("territory_id"), form_number("contact_id")
        if request.form.get("confirmed") != "yes":
            raise ComingBackNotConfirmed
        write_again(house.db, scope, author(), contact_id, house.letterhead.secret, now=now())
        flash("Nous écrirons de nouveau à cette boîte au sujet de cette collectivité.")
        return redirect(url_for(".details_view", id=territory_id, _anchor="boites"))


def form_number(field: str) -> int:
    """An id of the form; `Hidden` when it is none."""
    text = request.form.get(field, "")
    if not (text.isdecimal() and len(text) < 18):
        raise Hidden
    return int(text)
