"""The public pages: a table of contents.

Figures are read from what was published, questionnaires from what is asked or issued.
"""

from __future__ import annotations

from flask import Blueprint

from app.site import pages, questionnaires_page, results_page, verify_page

site = Blueprint("site", __name__, template_folder="templates")

site.get("/")(pages.home)
site.get("/aide")(pages.help_page)
site.get("/verifier")(verify_page.verify)
site.get("/accessibilite")(pages.accessibility)
site.get("/donnees-personnelles")(pages.personal_data)
site.get("/mentions-legales")(pages.legal_notice)
site.get("/plan-du-site")(pages.site_map)

site.get("/resultats")(results_page.overview)
site.get("/resultats/<theme>")(results_page.theme_page)

site.get("/questionnaires", endpoint="questionnaires")(questionnaires_page.overview)
site.get("/questionnaires/<theme>", endpoint="questionnaire")(questionnaires_page.theme_page)
site.get("/questionnaires/<theme>/<form>", endpoint="questionnaire_file")(
    questionnaires_page.download
)
