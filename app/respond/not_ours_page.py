"""Turn a link away: not our authority, or a theme handed to the wrong colleague."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.collect.link_story import Farewell, farewell, link_story
from app.collect.overview import overview
from app.collect.refusals import NoMailboxBehind
from app.collect.requests import say_not_ours
from app.collect.respondent import PURPOSES
from app.links.opened import RevokedLink, signed_for
from app.now import now
from app.respond.frame import frame
from app.respond.stop_page import masked
from app.web.app_state import house
from app.web.links import respondent_behind, respondent_in
from app.web.skin import page


def not_ours(token: str) -> ResponseReturnValue:
    """Ask once; a link that was turned away says so here, and nowhere else."""
    with house().db.reading() as session:
        try:
            respondent = respondent_in(session, token)
        except RevokedLink:
            told = farewell(session, _link_id(token))
            if told is None:
                raise
            return _done(told)
        seen = overview(session, respondent, now=now())
        story = link_story(session, respondent)
    if respondent.may_delegate and not story.sent_to:
        raise NoMailboxBehind
    return page(
        "not_ours.html",
        **frame(token, seen.authority, seen.wave),
        not_ours_url=url_for("respond.turn_away", token=token),
        contact_url=url_for("respond.contact", token=token) if respondent.may_delegate else "",
        sent_to=story.sent_to,
        given_by=story.given_by,
        theme=seen.themes[0].theme.name,
    )


def turn_away(token: str) -> ResponseReturnValue:
    """Do it. The link opens nothing any more; its last page says what happened."""
    try:
        respondent = respondent_behind(token)
    except RevokedLink:  # sent twice
        return redirect(url_for("respond.not_ours", token=token), 303)
    say_not_ours(house().db, respondent, now=now())
    return redirect(url_for("respond.not_ours", token=token), 303)


def _link_id(token: str) -> UUID:
    return signed_for(house().letterhead.signer, token, *PURPOSES)[0]


def _done(told: Farewell) -> str:
    return page(
        "turned_away.html",
        territory_name=told.territory,
        address=masked(told.mailbox) if told.mailbox else "cette adresse",
        given_back=told.given_back,
        simulated=told.mailbox.endswith(".invalid"),
    )
