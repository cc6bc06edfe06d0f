"""The respondent's pages: a table of contents. GETs show, POSTs act, all without a script."""

from __future__ import annotations

from flask import Blueprint

from app.respond import (
    chat_page,
    code_page,
    contact_page,
    continue_page,
    decline_page,
    delegate_page,
    help_page,
    link_page,
    live_page,
    not_ours_page,
    one_click,
    paper_page,
    renewal_page,
    review_page,
    section_page,
    several_page,
    silence_page,
    stop_page,
    team_page,
    unchanged,
    validate_page,
)

respond = Blueprint("respond", __name__, template_folder="templates")

LINK = "/r/<token>"
THEME = f"{LINK}/<theme>"
SECTION = f"{THEME}/section/<section>"

respond.get(LINK)(link_page.link)

respond.get(f"{LINK}/aide")(help_page.ask_for_help)
respond.post(f"{LINK}/aide")(help_page.send_for_help)
respond.get(f"{LINK}/contact")(contact_page.contact)
respond.post(f"{LINK}/contact")(contact_page.correct)
respond.get(f"{LINK}/messagerie")(chat_page.chat)
respond.post(f"{LINK}/messagerie")(chat_page.make_code)
respond.post(f"{LINK}/messagerie/dissocier")(chat_page.untie)
respond.get(f"{LINK}/papier")(paper_page.paper)
respond.post(f"{LINK}/papier")(paper_page.ask_for_paper)
respond.get(f"{LINK}/pas-nous")(not_ours_page.not_ours)
respond.post(f"{LINK}/pas-nous")(not_ours_page.turn_away)
respond.get(f"{LINK}/silence")(silence_page.silence)
respond.post(f"{LINK}/silence")(silence_page.keep_silent)

respond.get(THEME)(section_page.theme)
respond.get(SECTION)(section_page.section)
respond.post(SECTION)(section_page.save_section)
respond.post(f"{SECTION}/reponse")(live_page.answer_now)
respond.get(f"{SECTION}/etat")(live_page.standing_now)
respond.post(f"{SECTION}/inchange")(unchanged.confirm_unchanged)

respond.get(f"{THEME}/relire")(review_page.review)
respond.post(f"{THEME}/envoyer")(review_page.submit_theme)
respond.get(f"{THEME}/recu")(review_page.receipt)
respond.post(f"{THEME}/rouvrir")(review_page.reopen_theme)

respond.post(f"{LINK}/confier")(delegate_page.hand_over)
respond.get(f"{THEME}/confie")(delegate_page.handed_over)
respond.get(f"{THEME}/retirer")(delegate_page.withdrawal)
respond.post(f"{THEME}/retirer")(delegate_page.withdraw)

respond.get(f"{LINK}/equipe")(team_page.team)
respond.post(f"{LINK}/equipe")(team_page.share_out)
respond.get(f"{THEME}/valider")(validate_page.validation)
respond.post(f"{THEME}/demander")(validate_page.ask_to_validate)
respond.post(f"{THEME}/renvoyer")(validate_page.give_back)

respond.get(f"{LINK}/refuser")(decline_page.refusal)
respond.post(f"{LINK}/refuser")(decline_page.refuse)

respond.get("/stop/<token>")(stop_page.stop)
respond.post("/stop/<token>")(one_click.stop_mail)

respond.get("/continuer/<token>")(continue_page.arrive)
respond.post("/continuer/<token>")(continue_page.go_on)

respond.get("/communes/<token>")(several_page.communes)
respond.get("/communes/<token>/copier/<theme>")(several_page.copy)
respond.post("/communes/<token>/copier/<theme>")(several_page.copy_ticked)

respond.get("/code")(code_page.code)
respond.post("/code")(code_page.open_code)
respond.get("/nouveau-lien")(renewal_page.new_link)
respond.post("/nouveau-lien")(renewal_page.ask_for_new_link)
respond.get("/nouveau/<token>")(renewal_page.renewal)
respond.post("/nouveau/<token>")(renewal_page.renew)
