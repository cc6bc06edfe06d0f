"""The blank questionnaire: under a link, at its authority's name; in public, at nobody's."""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.campaigns.asked import asking
from app.interview.questionnaire import Questionnaire
from app.now import now
from app.questionnaires.shown import shown
from app.site.questionnaires_page import KEPT, NoSuchQuestionnaire
from app.web.app_state import house
from app.web.links import respondent_behind, respondent_in
from reports.blank.letters import letter_of, prepare_code, still_asked
from reports.blank.paper import blank_pdf

blueprint = Blueprint("paper", __name__)

PRIVATE = "/r/<token>/<theme>/questionnaire.pdf"


@blueprint.post(PRIVATE)
def prepare(token: str, theme: str) -> ResponseReturnValue:
    """Give the paper its short code, then print: a GET writes nothing."""
    signer = house().letterhead.signer
    prepare_code(house().db, signer, respondent_behind(token), theme, now=now())
    return redirect(url_for("paper.blank", token=token, theme=theme), 303)


@blueprint.get(PRIVATE)
def blank(token: str, theme: str) -> Response:
    """The questions this authority may be asked; without a code until one was prepared."""
    signer = house().letterhead.signer
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        seen = still_asked(session, respondent, theme, now=now())
        letter = letter_of(session, signer, house().settings, respondent, seen)
    return _sheet(blank_pdf(seen.questionnaire, seen.profile, letter), seen.questionnaire)


@blueprint.get("/questionnaires/<theme>.pdf")
def public(theme: str) -> Response:
    """Every question of the version that the public page shows."""
    with house().db.reading() as session:
        when = asking(session, now=now()).values()
        asked = [one.questionnaire_id for one in when if one.questionnaire_id is not None]
        found = shown(session, asked).get(theme)
    if found is None:
        raise NoSuchQuestionnaire
    answer = _sheet(_drawn(found.questionnaire), found.questionnaire)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=32)
def _drawn(form: Questionnaire) -> bytes:
    """Drawing takes half a second: once a version, each process."""
    return blank_pdf(form)


def _sheet(pdf: bytes, form: Questionnaire) -> Response:
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    name = f"{form.theme}-v{form.version}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
