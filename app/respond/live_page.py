"""An answer without leaving the page, and what colleagues answered meanwhile: JSON for its script.

The same entries, use case and sentences as the page's own form, whose markup is sent back.
"""

from __future__ import annotations

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from app.collect.live import draft_mark
from app.collect.open import Opened, opened
from app.collect.refusals import AlreadySubmitted
from app.collect.save import save
from app.errors import Refused
from app.now import now
from app.respond.forms import entries_of, source_of
from app.respond.live_view import state_of
from app.vocabulary.scope import Respondent
from app.web.app_state import house
from app.web.links import respondent_behind, respondent_in


class NoLongerHere(Refused):
    """An answer given elsewhere left nothing to ask on this page.

    Not 409, by which the script knows that the theme takes no answer any more.
    """

    sentence = "Les questions de cette page ne se posent plus. Revenez à la page de vos thèmes."
    status = 404


def answer_now(token: str, theme: str, section: str) -> ResponseReturnValue:
    """Save these answers, and say of each what became of it."""
    respondent = respondent_behind(token)
    entries, source = entries_of(request.form), source_of(request.form)
    saved = save(house().db, respondent, theme, entries, source=source, now=now())
    seen = _opened(respondent, theme, section)
    sent = {name.partition(".")[0] for name in request.form if "." in name}
    known = frozenset(request.form.get("shown", "").split(",")) - sent
    return _told(state_of(token, seen, section, saved, known, now()))


def standing_now(token: str, theme: str, section: str) -> ResponseReturnValue:
    """What stands now; 304 when the page knows it already."""
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        mark = draft_mark(session, respondent, theme, now=now())
    if request.if_none_match.contains(mark):
        return "", 304
    seen = _opened(respondent, theme, section)
    return _told(state_of(token, seen, section, None, frozenset(), now()))


def _opened(respondent: Respondent, theme: str, section: str) -> Opened:
    with house().db.reading() as session:
        seen = opened(session, respondent, theme, now=now())
    if seen.submitted_at is not None:
        raise AlreadySubmitted
    if all(one.code != section for one in seen.path.sections):
        raise NoLongerHere
    return seen


def _told(state: dict[str, object]) -> Response:
    answer = make_response(jsonify(state))
    answer.set_etag(str(state["mark"]))
    return answer
