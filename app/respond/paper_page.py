"""The paper version: print it at once, or have it sent by post."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.overview import Overview, Standing, overview
from app.collect.refusals import LongWords, NothingAskedFor, TooManyRequests
from app.collect.requests import ask_paper
from app.now import now
from app.respond.frame import frame, wave_words
from app.vocabulary.scope import Respondent
from app.web.app_state import house
from app.web.links import respondent_behind, respondent_in
from app.web.skin import page

BLANK = "paper.blank"  # of `reports`: the printable questionnaire of one theme


@dataclass(frozen=True, slots=True)
class Printable:
    """One theme that may be printed; without `address`, by post only."""

    code: str
    name: str
    address: str
    chosen: bool


def paper(token: str) -> ResponseReturnValue:
    """What may be printed, and a form to be sent it."""
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        seen = overview(session, respondent, now=now())
    if seen.wave.ends_at <= now():
        return redirect(url_for("respond.link", token=token), 303)
    left = [one.theme.code for one in seen.themes if one.standing is not Standing.SUBMITTED]
    return _page(token, seen, left, done=request.args.get("fait") == "oui")


def ask_for_paper(token: str) -> ResponseReturnValue:
    """Keep the request; what is to be mended is told beside the field, with what was typed."""
    respondent = respondent_behind(token)
    themes, words = request.form.getlist("theme"), request.form.get("words", "")
    try:
        ask_paper(house().db, respondent, themes, words, now=now())
    except NothingAskedFor as refused:
        return _again(token, respondent, themes, words, theme_error=str(refused)), refused.status
    except (LongWords, TooManyRequests) as refused:
        return _again(token, respondent, themes, words, error=str(refused)), refused.status
    return redirect(url_for("respond.paper", token=token, fait="oui"), 303)


def _again(
    token: str,
    respondent: Respondent,
    themes: list[str],
    words: str,
    *,
    error: str = "",
    theme_error: str = "",
) -> str:
    with house().db.reading() as session:
        seen = overview(session, respondent, now=now())
    return _page(token, seen, themes, words=words, error=error, theme_error=theme_error)


def _page(
    token: str,
    seen: Overview,
    chosen: list[str],
    *,
    done: bool = False,
    words: str = "",
    error: str = "",
    theme_error: str = "",
) -> str:
    settings = house().settings
    return page(
        "paper.html",
        **frame(token, seen.authority, seen.wave),
        done=done,
        paper_url=url_for("respond.ask_for_paper", token=token),
        themes=[
            Printable(one.code, one.name, _blank(token, one.code), one.code in chosen)
            for one in (standing.theme for standing in seen.themes)
        ],
        words=words,
        error=error,
        theme_error=theme_error,
        return_address=[
            line.strip() for line in settings.return_address.split("|") if line.strip()
        ],
        wave=wave_words(seen.wave, now()),
    )


def _blank(token: str, theme: str) -> str:
    return url_for(BLANK, token=token, theme=theme)
