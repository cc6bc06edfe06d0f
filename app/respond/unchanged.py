"""Nothing has changed: every suggestion of a section confirmed by one button."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.confirm import confirm_section
from app.collect.open import opened
from app.collect.save import save
from app.collect.saved import Saved
from app.interview.path import Path
from app.now import now
from app.respond.addresses import of_section, of_theme
from app.respond.forms import entries_of, source_of
from app.respond.section_view import section_context
from app.vocabulary.scope import Respondent
from app.web.app_state import house
from app.web.links import respondent_behind
from app.web.skin import page


def confirm_unchanged(token: str, theme: str, section: str) -> ResponseReturnValue:
    """Confirm what is suggested in this section, after what the page itself says, if anything.

    The button may stand in the page's own form: what was typed there is saved first, and wins.
    """
    respondent = respondent_behind(token)
    source = source_of(request.form)
    entries = entries_of(request.form)
    typed = save(house().db, respondent, theme, entries, source=source, now=now())
    confirmed = confirm_section(house().db, respondent, theme, section, source=source, now=now())
    if typed.refused or typed.conflicts:
        again = _shown_again(token, respondent, theme, section, typed)
        if again is not None:
            return again
    return redirect(_after(token, theme, section, confirmed.path), 303)


def _shown_again(
    token: str, respondent: Respondent, theme: str, section: str, typed: Saved
) -> ResponseReturnValue | None:
    """The page with what is to mend or to choose; None when its section asks nothing now."""
    with house().db.reading() as session:
        seen = opened(session, respondent, theme, now=now())
    if all(one.code != section for one in seen.path.sections):
        return None
    body = page("section.html", **section_context(token, seen, section, typed, now()))
    return body, 422 if typed.refused else 409


def _after(token: str, theme: str, section: str, walked: Path) -> str:
    """The first question left blank in the section; else the next section, else the review."""
    codes = [one.code for one in walked.sections]
    if section not in codes:
        return url_for("respond.link", token=token)
    place = codes.index(section)
    blank = next(
        (q for q in walked.sections[place].questions if q.code not in walked.counted), None
    )
    if blank is not None:
        return of_section(token, theme, section, f"question-{blank.code}")
    if place + 1 < len(codes):
        return of_section(token, theme, codes[place + 1])
    return of_theme("review", token, theme)
