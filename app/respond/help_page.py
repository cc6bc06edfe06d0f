"""Ask for help from a link: what one wants to know, and a person answers."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.overview import overview
from app.collect.refusals import LongWords, NoWords, TooManyRequests
from app.collect.requests import ask_help as ask
from app.now import now
from app.respond.frame import frame
from app.respond.link_page import helpers
from app.vocabulary.scope import Respondent
from app.web.app_state import house
from app.web.links import respondent_behind
from app.web.skin import page

IN_GENERAL = ""


def ask_for_help(token: str) -> ResponseReturnValue:
    """The form; once it is sent, what happens next."""
    respondent = respondent_behind(token)
    theme = request.args.get("theme", IN_GENERAL)
    return _page(token, respondent, done=request.args.get("fait") == "oui", theme=theme)


def send_for_help(token: str) -> ResponseReturnValue:
    """Keep the request; what is to be mended is told beside the field, with what was typed."""
    respondent = respondent_behind(token)
    theme, words = request.form.get("theme", IN_GENERAL), request.form.get("words", "")
    try:
        ask(house().db, respondent, theme or None, words, now=now())
    except (NoWords, LongWords, TooManyRequests) as refused:
        body = _page(token, respondent, theme=theme, words=words, error=str(refused))
        return body, refused.status
    return redirect(url_for("respond.ask_for_help", token=token, fait="oui"), 303)


def _page(
    token: str,
    respondent: Respondent,
    *,
    done: bool = False,
    theme: str = IN_GENERAL,
    words: str = "",
    error: str = "",
) -> str:
    with house().db.reading() as session:
        seen = overview(session, respondent, now=now())
    themes = [(one.theme.code, one.theme.name) for one in seen.themes]
    return page(
        "help.html",
        **frame(token, seen.authority, seen.wave),
        done=done,
        help_url=url_for("respond.send_for_help", token=token),
        themes=[(IN_GENERAL, "Aucun en particulier"), *themes],
        theme=theme,
        words=words,
        error=error,
        sent_to=seen.sent_to,
        help=helpers(),
    )
