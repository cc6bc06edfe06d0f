"""The public pages: a table of contents. Everything here is read from what was published."""

from __future__ import annotations

from flask import Blueprint

from app.site import pages, results_page

site = Blueprint("site", __name__, template_folder="templates")

site.get("/")(pages.home)
site.get("/aide")(pages.help_page)
site.get("/accessibilite")(pages.accessibility)
site.get("/donnees-personnelles")(pages.personal_data)
site.get("/mentions-legales")(pages.legal_notice)
site.get("/plan-du-site")(pages.site_map)

site.get("/resultats")(results_page.overview)
site.get("/resultats/<theme>")(results_page.theme_page)
