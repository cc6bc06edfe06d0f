"""Names and numbers on the pages."""

from __future__ import annotations

import pytest
from flask import Flask

from app.respond.frame import full_name
from app.respond.stop_page import masked
from app.vocabulary.territory_kinds import TerritoryKind
from tests.respond.browser import Browser
from tests.world import World


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Bonnat", "Commune de Bonnat"),
        ("Anzême", "Commune d’Anzême"),
        ("Évaux-les-Bains", "Commune d’Évaux-les-Bains"),
        ("Le Grand-Bourg", "Commune du Grand-Bourg"),
        ("Les Mars", "Commune des Mars"),
        ("La Souterraine", "Commune de La Souterraine"),
        ("L’Abergement", "Commune de L’Abergement"),
    ],
)
def test_a_commune_is_named_as_one_says_it(name: str, told: str) -> None:
    assert full_name(TerritoryKind.COMMUNE, name) == told


def test_other_authorities_keep_their_name() -> None:
    assert full_name(TerritoryKind.EPCI, "CA du Grand Guéret") == "CA du Grand Guéret"
    assert full_name(TerritoryKind.DEPARTEMENT, "Creuse") == "Creuse (département)"


def test_a_mailbox_is_shown_to_those_who_know_it() -> None:
    assert masked("mairie@bonnat.example") == "mai…@bonnat.example"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("23", "departement", "Creuse (département)"),
        ("75", "region", "Nouvelle-Aquitaine (région)"),
    ],
)
def test_every_kind_of_authority_has_its_page(
    world: World, site: Flask, code: str, kind: str, words: str
) -> None:
    page = Browser(site, world.answer_link(code, kind))

    assert page.page.status_code == 200
    assert words in page.text
