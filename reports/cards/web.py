"""The card under its own link: as a page, and as the PDF that was kept."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.links.opened import live_link
from app.models.results import Card
from app.web.app_state import house

blueprint = Blueprint("cards", __name__, template_folder="templates")


class NoCardYet(Refused):
    """The link is good, its card is not drawn yet, or was withdrawn."""

    sentence = (
        "Votre fiche n’est pas encore prête. Revenez par le même lien, "
        "ou écrivez à l’adresse d’aide."
    )
    status = 404


@blueprint.get("/fiche/<token>")
def page(token: str) -> str:
    """The whole card as a page: every lost point, however many."""
    with house().db.reading() as session:
        card = _card_behind(session, token)
        return render_template(
            "page.html",
            card=card.content,
            pdf_url=url_for("cards.pdf", token=token),
            pdf_kb=max(1, round(len(card.pdf) / 1000)),
            simulated=card.content["simulated"],
        )


@blueprint.get("/fiche/<token>.pdf")
def pdf(token: str) -> Response:
    """The same on two A4 pages."""
    with house().db.reading() as session:
        card = _card_behind(session, token)
    response = make_response(card.pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="fiche-{card.number}.pdf"'
    return response


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
