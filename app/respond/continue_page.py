"""From a chat to the form: a page with one button, since messengers open links by themselves."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.collect.overview import overview
from app.collect.respondent import respondent_of
from app.links.handoff import hand_off, promised
from app.now import now
from app.respond.frame import territory_words
from app.vocabulary.scope import Channel
from app.web.app_state import house
from app.web.skin import page


def arrive(token: str) -> ResponseReturnValue:
    """Say what will open. A preview that opens it uses nothing up."""
    with house().db.reading() as session:
        link = promised(session, house().letterhead.signer, token, now=now())
        seen = overview(session, respondent_of(session, link, Channel.WEB), now=now())
    return page(
        "continue.html",
        territory=territory_words(seen.authority),
        continue_url=url_for("respond.go_on", token=token),
        simulated=seen.wave.simulated,
    )


def go_on(token: str) -> ResponseReturnValue:
    """Use the link up; the questionnaire opens."""
    opened = hand_off(house().db, house().letterhead.signer, token, now=now())
    return redirect(url_for("respond.link", token=opened), 303)
