"""The pages that only have words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from app.web.app_state import house


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to, and who answers for the site."""

    email: str
    phone: str
    dpo: str
    host: str
    publication_director: str


def contact() -> Contact:
    """What this installation's settings say of its people."""
    settings = house().settings
    return Contact(
        email=settings.help_address,
        phone=settings.help_phone,
        dpo=settings.dpo_address,
        host="l’hébergeur choisi par l’éditeur de cette installation",
        publication_director="la directrice ou le directeur interministériel du numérique",
    )


def home() -> str:
    return _page("accueil")


def help_page() -> str:
    return _page("aide")


def accessibility() -> str:
    return _page("accessibilite")


def personal_data() -> str:
    return _page("donnees-personnelles")


def legal_notice() -> str:
    return _page("mentions-legales")


def site_map() -> str:
    return _page("plan-du-site")


def _page(name: str) -> str:
    return render_template(f"pages/{name}.html", contact=contact(), nav=nav())


def nav(current: str = "") -> list[tuple[str, str, bool]]:
    """The masthead's links."""
    links = (("Résultats", "/resultats"), ("Aide", "/aide"))
    return [(label, address, address == current) for label, address in links]
