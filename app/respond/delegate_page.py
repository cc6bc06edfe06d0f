"""Hand one theme to a colleague, and take it back."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.delegate import delegate, withdraw_delegation
from app.collect.overview import overview
from app.collect.refusals import ColleagueNotReachable, NotYourTheme
from app.now import now
from app.panel.mailboxes import BadMailbox
from app.respond.frame import frame
from app.respond.link_page import show
from app.respond.section_view import ThemeWords
from app.web.app_state import house
from app.web.links import respondent_behind, respondent_in
from app.web.skin import page


def hand_over(token: str) -> ResponseReturnValue:
    """Send a colleague a link to one theme; an address to mend is told beside its field."""
    respondent = respondent_behind(token)
    theme, email = request.form.get("theme", ""), request.form.get("email", "")
    try:
        delegate(house().db, respondent, theme, email, house().letterhead, name=None, now=now())
    except (BadMailbox, ColleagueNotReachable) as refused:
        with house().db.reading() as session:
            seen = overview(session, respondent, now=now())
            body = show(
                session, token, respondent, seen, theme=theme, email=email, error=str(refused)
            )
        return body, refused.status
    return redirect(url_for("respond.handed_over", token=token, theme=theme), 303)


def handed_over(token: str, theme: str) -> ResponseReturnValue:
    """It is done: the link is on its way."""
    return _page(token, theme, done=True)


def withdrawal(token: str, theme: str) -> ResponseReturnValue:
    """Ask before taking it back."""
    return _page(token, theme, done=False)


def withdraw(token: str, theme: str) -> ResponseReturnValue:
    """Take it back: the colleague's link opens nothing any more. Not once the wave has ended."""
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        ended = overview(session, respondent, now=now()).wave.ends_at <= now()
    if not ended:
        withdraw_delegation(house().db, respondent, theme, now=now())
    return redirect(url_for("respond.link", token=token), 303)


def _page(token: str, theme: str, *, done: bool) -> ResponseReturnValue:
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        if theme not in respondent.themes:
            raise NotYourTheme
        seen = overview(session, respondent, now=now())
    told = seen.of(theme)
    mine = [one.name for one in told.delegates if one.mine]
    if not mine or seen.wave.ends_at <= now():
        return redirect(url_for("respond.link", token=token), 303)
    return page(
        "delegate.html",
        **frame(token, seen.authority, seen.wave),
        theme=ThemeWords(theme, told.theme.number, told.theme.name),
        delegate_name=" et ".join(mine),
        done=done,
        withdraw_url=url_for("respond.withdraw", token=token, theme=theme),
    )
