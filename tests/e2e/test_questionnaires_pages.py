"""Questionnaires read without answering, and the editors' preview, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app.auth.users import create_user
from app.models.campaigns import QuestionnaireVersion
from app.questionnaires.load import load_all
from app.questionnaires.publish import load_into
from app.vocabulary.scope import Author, Role
from tests.e2e.conftest import Site
from tests.e2e.test_accessible import faults

pytestmark = pytest.mark.slow

PUBLIC = ("/questionnaires", "/questionnaires/cybersecurite", "/questionnaires/donnee")
PASSWORD = "quatre mots sans lien"


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_axe_finds_nothing_on_what_anybody_reads(site: Site, width: int) -> None:
    with site.device(width=width, scripts=True) as page:
        for path in PUBLIC:
            page.goto(f"{site.address}{path}")
            assert faults(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") == width, path


def at_the_console(site: Site, page: Page) -> None:
    create_user(
        site.world.db,
        "nadia@console.invalid",
        "Nadia",
        Role.NATIONAL,
        None,
        PASSWORD,
        by=Author.system(),
        now=site.world.now,
    )
    page.goto(f"{site.address}/console/")
    page.locator("input[name=email]").fill("nadia@console.invalid")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


@pytest.mark.parametrize("site", ["ours"], indirect=True)
def test_an_editor_walks_a_path_and_sees_what_an_answer_opens(site: Site) -> None:
    with site.device(width=1200) as page:
        at_the_console(site, page)
        page.get_by_role("link", name="Questionnaires").click()
        page.get_by_role("link", name="1. Inclusion numérique").click()
        page.get_by_role("link", name="Essayer le questionnaire").click()
        page.locator("label[for=mediation_place]").click()
        page.get_by_role("button", name="Actualiser").click()
        assert page.get_by_text("vient d’apparaître").count() >= 1
        assert page.get_by_text("100 sur 100").count() == 1
        for _ in range(4):
            page.get_by_role("button", name="Continuer").click()
        assert page.get_by_role("heading", name="Fin du questionnaire").count() == 1
        page.get_by_role("button", name="Revenir à la dernière section").click()
        assert page.get_by_role("button", name="Continuer").count() == 1


@pytest.mark.parametrize("site", ["ours"], indirect=True)
def test_axe_finds_nothing_in_the_console(site: Site) -> None:
    inclusion = load_all()[0]
    load_into(site.world.db, [replace(inclusion, minutes=7)], now=site.world.now)
    with site.world.db.reading() as session:
        first, second = session.scalars(
            select(QuestionnaireVersion.id)
            .where(QuestionnaireVersion.theme == "inclusion")
            .order_by(QuestionnaireVersion.version)
        )
    pages = ("", f"details/?id={second}", f"difference/?id={second}&avec={first}")
    with site.device(width=390, scripts=True) as page:
        at_the_console(site, page)
        for path in (*pages, f"apercu/?id={first}&mediation_place=yes"):
            page.goto(f"{site.address}/console/questionnaires/{path}")
            assert faults(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") == 390, path
