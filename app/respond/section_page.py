"""One section a page: shown by a GET, saved as a whole by a POST."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.confirm import confirm
from app.collect.open import Opened, opened
from app.collect.save import save
from app.collect.saved import Saved
from app.errors import Refused
from app.interview.path import Path
from app.interview.questionnaire import Section
from app.now import now
from app.respond.addresses import of_section, of_theme
from app.respond.forms import TAKE, Pressed, entries_of, pressed_of, shown_of, source_of
from app.respond.not_kept_page import not_kept
from app.respond.section_view import section_context
from app.web.app_state import house
from app.web.links import behind_link, respondent_behind, respondent_in
from app.web.skin import page


def theme(token: str, theme: str) -> ResponseReturnValue:
    """Where to go on: the first section with a blank, the review when there is none."""
    with house().db.reading() as session:
        seen = opened(session, respondent_in(session, token), theme, now=now())
    away = _away(token, seen)
    if away:
        return redirect(away, 303)
    blank = seen.path.next()
    if blank is None:
        return redirect(of_theme("review", token, theme), 303)
    return redirect(_url(token, seen, seen.questionnaire.section_of(blank.code).code), 303)


def section(token: str, theme: str, section: str) -> ResponseReturnValue:
    """The questions of one section, with the answers as they stand."""
    with house().db.reading() as session:
        seen = opened(session, respondent_in(session, token), theme, now=now())
    away = _away(token, seen) or _moved(token, seen, section)
    if away:
        return redirect(away, 303)
    return page("section.html", **section_context(token, seen, section, None, now()))


def save_section(token: str, theme: str, section: str) -> ResponseReturnValue:
    """Save the page in one transaction; show it again if something is to mend or to choose.

    What may not be saved any more is told back.
    """
    pressed, source = pressed_of(request.form), source_of(request.form)
    entries = entries_of(request.form)
    try:
        saved = save(house().db, behind_link(token), theme, entries, source=source, now=now())
    except Refused as refused:
        return not_kept(token, theme, entries, refused)
    if pressed.go == TAKE:
        respondent = respondent_behind(token)
        confirm(house().db, respondent, theme, [pressed.code], source=source, now=now())
    if saved.refused or saved.conflicts:
        with house().db.reading() as session:
            seen = opened(session, respondent_in(session, token), theme, now=now())
        if not _moved(token, seen, section):
            body = page("section.html", **section_context(token, seen, section, saved, now()))
            return body, 422 if saved.refused else 409
    return redirect(_next_url(token, theme, section, saved, pressed), 303)


def _next_url(token: str, theme: str, section: str, saved: Saved, pressed: Pressed) -> str:
    """Where the button that was pressed leads, on the path that the answers make now."""
    go = pressed.go
    if pressed.code:
        return of_section(token, theme, section, f"question-{pressed.code}")
    if go == "stay":
        return url_for("respond.link", token=token, enregistre="oui")
    here = next((s for s in saved.path.sections if s.code == section), None)
    if go == "next" and here:
        # An answer of this very page may have brought a question onto it.
        shown = shown_of(request.form)
        new = next((q for q in here.questions if q.code not in shown), None)
        if new:
            return of_section(token, theme, section, f"question-{new.code}")
    other = _neighbour(saved.path, section, -1 if go == "back" else 1)
    if other:
        return of_section(token, theme, other.code)
    if go == "back":
        return url_for("respond.link", token=token)
    return of_theme("review", token, theme)


def _neighbour(path: Path, section: str, step: int) -> Section | None:
    """The nearest section that asks something, before (-1) or after (1) this one."""
    order = [s.code for s in path.questionnaire.sections]
    here = order.index(section) if section in order else -1
    places = [(order.index(s.code), s) for s in path.sections]
    if step > 0:
        return next((s for place, s in places if place > here), None)
    return next((s for place, s in reversed(places) if place < here), None)


def _away(token: str, seen: Opened) -> str | None:
    """Where to send someone who may not fill this theme in now."""
    if seen.wave.ends_at <= now():
        return url_for("respond.link", token=token)
    if seen.submitted_at is not None:
        return of_theme("receipt", token, seen.theme.code)
    return None


def _moved(token: str, seen: Opened, section: str) -> str | None:
    """Where to send someone whose section asks nothing, now or ever."""
    if any(s.code == section for s in seen.path.sections):
        return None
    return url_for("respond.link", token=token)


def _url(token: str, seen: Opened, section: str) -> str:
    return of_section(token, seen.theme.code, section)
