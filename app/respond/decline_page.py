"""The authority says no: why, for which themes, and how to change one's mind."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.decline import REASONS, decline
from app.collect.overview import Overview, Standing, overview
from app.collect.refusals import MayNotDecline, UnknownReason
from app.now import now
from app.respond.frame import frame, wave_words
from app.vocabulary.scope import Respondent
from app.web.app_state import house
from app.web.links import respondent_behind, respondent_in
from app.web.skin import page

ALL = "all"


def refusal(token: str) -> ResponseReturnValue:
    """Ask why; once it is done, say so."""
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        seen = overview(session, respondent, now=now())
    if seen.wave.ends_at <= now():
        return redirect(url_for("respond.link", token=token), 303)
    return _page(token, respondent, seen, done=request.args.get("fait") == "oui")


def refuse(token: str) -> ResponseReturnValue:
    """Record the refusal; a missing reason is asked for beside its choices."""
    respondent = respondent_behind(token)
    theme, reason = request.form.get("theme", ALL), request.form.get("reason", "")
    themes = respondent.themes if theme == ALL else (theme,)
    try:
        decline(house().db, respondent, themes, reason, now=now())
    except UnknownReason as refused:
        with house().db.reading() as session:
            seen = overview(session, respondent, now=now())
        body = _page(token, respondent, seen, theme=theme, error=str(refused))
        return body, refused.status
    return redirect(url_for("respond.refusal", token=token, fait="oui"), 303)


def _page(
    token: str,
    respondent: Respondent,
    seen: Overview,
    *,
    done: bool = False,
    theme: str = ALL,
    error: str = "",
) -> str:
    if not respondent.may_delegate:
        raise MayNotDecline
    left = [one.theme for one in seen.themes if one.standing is not Standing.SUBMITTED]
    return page(
        "decline.html",
        **frame(token, seen.authority, seen.wave),
        done=done,
        decline_url=url_for("respond.refuse", token=token),
        themes=[] if done else [(one.code, one.name) for one in left],
        theme=theme,
        reasons=[(reason.code, reason.label) for reason in REASONS],
        reason="",
        error=error,
        wave=wave_words(seen.wave, now()),
    )
