"""The card, as a page and as the PDF that was kept: under its own link, or the one to answer."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.collect.card import card_of
from app.errors import Refused
from app.links.opened import live_link
from app.models.results import Card
from app.web.app_state import house
from app.web.links import respondent_in

blueprint = Blueprint("cards", __name__, template_folder="templates")


class NoCardYet(Refused):
    """The link is good, its card is not drawn yet, or was withdrawn."""

    sentence = (
        "Votre fiche n’est pas encore prête. Revenez par le même lien, "
        "ou écrivez à l’adresse d’aide."
    )
    status = 404


OWN, TO_ANSWER = "/fiche/<token>", "/r/<token>/fiche"


@blueprint.get(OWN)
def page(token: str) -> str:
    """The whole card as a page: every lost point, however many."""
    with house().db.reading() as session:
        return _page(_card_behind(session, token), url_for("cards.pdf", token=token))


@blueprint.get(f"{OWN}.pdf")
def pdf(token: str) -> Response:
    """The same on two A4 pages."""
    with house().db.reading() as session:
        return _pdf(_card_behind(session, token))


@blueprint.get(TO_ANSWER)
def page_for_respondent(token: str) -> str:
    """The same page, for who holds the authority's link to answer; not for a theme's alone."""
    with house().db.reading() as session:
        pdf_url = url_for("cards.pdf_for_respondent", token=token)
        return _page(_card_for_respondent(session, token), pdf_url)


@blueprint.get(f"{TO_ANSWER}.pdf")
def pdf_for_respondent(token: str) -> Response:
    """The same file."""
    with house().db.reading() as session:
        return _pdf(_card_for_respondent(session, token))


def _page(card: Card, pdf_url: str) -> str:
    return render_template(
        "page.html",
        card=card.content,
        pdf_url=pdf_url,
        pdf_kb=max(1, round(len(card.pdf) / 1000)),
        simulated=card.content["simulated"],
    )


def _pdf(card: Card) -> Response:
    response = make_response(card.pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="fiche-{card.number}.pdf"'
    return response


def _card_for_respondent(session: Session, token: str) -> Card:
    card_id = card_of(session, respondent_in(session, token))
    if card_id is None:
        raise NoCardYet
    return session.get_one(Card, card_id)


def _card_behind(session: Session, token: str) -> Card:
    """The newest card of the link's territory; only a link made for cards opens it."""
    link = live_link(session, house().letterhead.signer, token, "card")
    card = session.scalar(
        select(Card)
        .where(Card.territory_id == link.territory_id, Card.withdrawn_at.is_(None))
        .order_by(Card.issued_at.desc(), Card.publication_id.desc())
        .limit(1)
    )
    if card is None:
        raise NoCardYet
    return card
