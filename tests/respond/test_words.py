"""Names and numbers on the pages."""

from __future__ import annotations

import pytest
from flask import Flask

from app.collect.surroundings import Authority
from app.respond.frame import full_name, territory_words
from app.respond.stop_page import masked
from app.vocabulary.articles import of_place
from app.vocabulary.territory_kinds import TerritoryKind
from app.web.skin import page
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


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("CC Marche et Combraille", "de la CC Marche et Combraille"),
        ("CA du Grand Guéret", "de la CA du Grand Guéret"),
        ("Métropole de Lyon", "de la Métropole de Lyon"),
        ("Bordeaux Métropole", "de Bordeaux Métropole"),
    ],
)
def test_messages_about_an_intercommunalite_are_stopped_in_french(name: str, told: str) -> None:
    assert of_place(name, TerritoryKind.EPCI) == told


@pytest.mark.parametrize(
    ("population", "told"),
    [(0, "0\u00a0habitant"), (1, "1\u00a0habitant"), (2, "2\u00a0habitants"), (None, "")],
)
def test_a_village_of_one_has_one_inhabitant(population: int | None, told: str) -> None:
    village = Authority(1, "Rochefourchat", "commune", "Drôme", population)

    assert territory_words(village).population_text == told


def test_one_takes_over_for_la_creuse(world: World, site: Flask) -> None:
    creuse = Authority(1, "Creuse", "departement", "Creuse", 115_000)
    with site.test_request_context():
        told = page(
            "renewal.html",
            territory=territory_words(creuse),
            mailbox="dsi…@creuse.invalid",
            former=[],
            chats_that_go_on="",
            chats_that_end="",
            renewal_url="/",
            simulated=True,
        )

    assert "Prendre la suite pour la Creuse" in told


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
