"""The pages that only have words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template

from app.web.app_state import house


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to, and who answers for the site."""

    email: str
    phone: str
    dpo: str
    host: str  # empty while the operator has not said
    publication_director: str


# Every public page, in the order of the site map; one that is not served is not listed.
SITE_MAP = (
    ("Accueil", "/"),
    ("Saisir le code d’une lettre", "/code"),
    ("Demander un nouveau lien", "/nouveau-lien"),
    ("Lire les questionnaires", "/questionnaires"),
    ("Résultats publiés", "/resultats"),
    ("Aide", "/aide"),
    ("Vérifier un message", "/verifier"),
    ("Accessibilité\u00a0: non conforme", "/accessibilite"),
    ("Données personnelles", "/donnees-personnelles"),
    ("Mentions légales", "/mentions-legales"),
    ("Plan du site", "/plan-du-site"),
)


def contact() -> Contact:
    """What this installation's settings say of its people."""
    settings = house().settings
    return Contact(
        email=settings.help_address,
        phone=settings.help_phone,
        dpo=settings.dpo_address,
        host=settings.host,
        publication_director=settings.publication_director,
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
    return render_template(f"pages/{name}.html", contact=contact(), nav=nav(), served=served())


def served() -> list[tuple[str, str]]:
    """The lines of the site map that this installation serves."""
    rules = {rule.rule for rule in current_app.url_map.iter_rules()}
    return [(label, address) for label, address in SITE_MAP if address in rules]


def nav(current: str = "") -> list[tuple[str, str, bool]]:
    """The masthead's links."""
    links = (
        ("Questionnaires", "/questionnaires"),
        ("Résultats", "/resultats"),
        ("Aide", "/aide"),
    )
    return [(label, address, address == current) for label, address in links]
