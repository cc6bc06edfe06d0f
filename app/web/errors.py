"""One page for everything that stops a person, from a `Refused` or from HTTP itself."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.errors import Refused
from app.links.opened import RevokedLink
from app.links.signed import BadLink
from app.web import skin

log = logging.getLogger(__name__)

HEADINGS = {
    400: "Cette demande n’a pas abouti",
    403: "Vous n’avez pas accès à cette page",
    404: "Cette page n’existe pas",
    405: "Cette page n’existe pas",
    409: "Cela n’est pas possible maintenant",
    410: "Cette page n’est plus ouverte",
    413: "Ce que vous envoyez est trop long",
    429: "Trop de demandes à la fois",
    500: "Une erreur est survenue",
    503: "Le site revient dans un instant",
}
SENTENCES = {
    400: "Revenez à la page précédente et réessayez.",
    403: "Vérifiez l’adresse, ou reprenez le lien reçu par courriel.",
    404: "L’adresse est peut-être incomplète. Reprenez le lien reçu par courriel.",
    405: "L’adresse est peut-être incomplète. Reprenez le lien reçu par courriel.",
    413: "Raccourcissez vos réponses et réessayez.",
    429: "Attendez quelques minutes et réessayez.",
    500: "Réessayez dans quelques minutes.",
    503: "Réessayez dans quelques minutes. Vos réponses déjà enregistrées sont gardées.",
}


def install(app: Flask) -> None:
    """Have every refusal and error of the application answered here."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, stopped)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(Exception, broken)


def refused(error: Refused) -> Response:
    """What a person can mend: the sentence says how."""
    return page(error.status, str(error), closed_link=isinstance(error, BadLink | RevokedLink))


def stopped(error: HTTPException) -> Response:
    """HTTP's own errors; a redirect goes its way."""
    code = error.code or 500
    if code < 400:
        return make_response(error.get_response())
    return page(code, SENTENCES.get(code, SENTENCES[400]))


def database_away(error: OperationalError) -> Response:
    """PostgreSQL does not answer: say so, and let the next request try again."""
    log.error("database unreachable: %s", type(error.orig).__name__)
    return page(503, SENTENCES[503])


def broken(error: Exception) -> Response:
    """A bug: a trace in the log, with the rule and never the path, whose token opens a link."""
    rule = request.url_rule.rule if request.url_rule else "no rule"
    log.error("unexpected error on %s %s", request.method, rule, exc_info=error)
    return page(500, SENTENCES[500])


def page(code: int, sentence: str, *, closed_link: bool = False) -> Response:
    """The error page, with the next step: the respondent's themes, or the home page.

    To a script that asked for JSON, the same sentence.
    """
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(sentence=sentence), code)
    if closed_link:
        label, address = "Demander un nouveau lien", url_for("respond.new_link")
    else:
        label, address = _way_back(code)
    body = skin.page(
        "error.html",
        code=code,
        heading=HEADINGS.get(code, HEADINGS[400]),
        sentence=sentence,
        next_label=label,
        next_url="" if address == request.path else address,
    )
    return make_response(body, code)


def _way_back(code: int) -> tuple[str, str]:
    """A link opens the pages of its own kind only: the mailbox's leads to no theme by itself."""
    token = (request.view_args or {}).get("token")
    if token and code != 500:
        if request.path.startswith("/r/"):
            return "Revenir à vos thèmes", url_for("respond.link", token=token)
        if request.path.startswith("/communes/"):
            return "Revenir à vos collectivités", url_for("respond.communes", token=token)
    return "Revenir à l’accueil", "/"
