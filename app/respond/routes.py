"""The respondent's pages: a table of contents. GETs show, POSTs act, all without a script."""

from __future__ import annotations

from flask import Blueprint

from app.respond import (
    decline_page,
    delegate_page,
    link_page,
    review_page,
    section_page,
    stop_page,
)

respond = Blueprint("respond", __name__, template_folder="templates")

LINK = "/r/<token>"
THEME = f"{LINK}/<theme>"
SECTION = f"{THEME}/section/<section>"

respond.get(LINK)(link_page.link)

respond.get(THEME)(section_page.theme)
respond.get(SECTION)(section_page.section)
respond.post(SECTION)(section_page.save_section)

respond.get(f"{THEME}/relire")(review_page.review)
respond.post(f"{THEME}/envoyer")(review_page.submit_theme)
respond.get(f"{THEME}/recu")(review_page.receipt)
respond.post(f"{THEME}/rouvrir")(review_page.reopen_theme)

respond.post(f"{LINK}/confier")(delegate_page.hand_over)
respond.get(f"{THEME}/confie")(delegate_page.handed_over)
respond.get(f"{THEME}/retirer")(delegate_page.withdrawal)
respond.post(f"{THEME}/retirer")(delegate_page.withdraw)

respond.get(f"{LINK}/refuser")(decline_page.refusal)
respond.post(f"{LINK}/refuser")(decline_page.refuse)

respond.get("/stop/<token>")(stop_page.stop)
respond.post("/stop/<token>")(stop_page.stop_mail)
