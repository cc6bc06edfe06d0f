"""The answers of a theme handed in, to keep: under the links that may read it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response

from app.errors import Refused
from app.now import now
from app.web.app_state import house
from app.web.links import respondent_in
from reports.receipts.content import answers_sheet
from reports.receipts.paper import answers_pdf, file_name

blueprint = Blueprint("receipts", __name__)


class NoAnswersToKeep(Refused):
    """A draft, or a theme whose answers nobody reads again."""

    sentence = (
        "Il n’y a pas de réponses à télécharger ici. Envoyez d’abord ce thème. "
        "Les réponses sur la cybersécurité, elles, ne se téléchargent jamais."
    )
    status = 404


@blueprint.get("/r/<token>/<theme>/reponses.pdf")
def answers(token: str, theme: str) -> Response:
    """The PDF that the receipt's mail holds, drawn again."""
    with house().db.reading() as session:
        sheet = answers_sheet(session, respondent_in(session, token), theme, now=now())
    if sheet is None:
        raise NoAnswersToKeep
    response = make_response(answers_pdf(sheet))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(sheet)}"'
    return response
