"""Ask for validation, and give a theme back: the page itself is the one that reads it again."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.refusals import LongWords, NoComment
from app.collect.validate import LONGEST_COMMENT, ask_validation, return_theme
from app.now import now
from app.respond.addresses import of_theme
from app.respond.review_page import review_again
from app.web.app_state import house
from app.web.links import respondent_behind


def ask_to_validate(token: str, theme: str) -> ResponseReturnValue:
    """Ask; the page then says so. Asked twice, it is asked once."""
    told = ask_validation(
        house().db, respondent_behind(token), theme, house().letterhead, now=now()
    )
    if told.unreachable:
        return redirect(url_for("respond.review", token=token, theme=theme, prevenir="oui"), 303)
    return redirect(of_theme("review", token, theme), 303)


def validation(token: str, theme: str) -> ResponseReturnValue:
    """The validator's page is the one where answers are read again."""
    return redirect(of_theme("review", token, theme), 303)


def give_back(token: str, theme: str) -> ResponseReturnValue:
    """Return the theme with a comment; one that is missing is asked for beside its field."""
    comment = request.form.get("comment", "")
    respondent = respondent_behind(token)
    try:
        return_theme(house().db, respondent, theme, comment, house().letterhead, now=now())
    except (NoComment, LongWords) as refused:
        shown = comment[: 2 * LONGEST_COMMENT]
        return review_again(token, theme, comment=shown, error=str(refused), status=refused.status)
    return redirect(url_for("respond.link", token=token), 303)
