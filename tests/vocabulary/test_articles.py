"""Départements, régions, intercommunalités and communes, as one says them in a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.settings import ROOT
from app.vocabulary.articles import Article, article_of, of_place, the_place, typeset
from app.vocabulary.territory_kinds import TerritoryKind as Kind

PACKAGE = ROOT / "node_modules" / "@etalab" / "decoupage-administratif" / "data"
OVERSEAS_COLLECTIVITY = "com"
# INSEE's types of link, TNCC.
TNCC = {
    0: Article.NONE,
    1: Article.NONE_ELIDED,
    2: Article.LE,
    3: Article.LA,
    4: Article.LES,
    5: Article.L,
}


@pytest.mark.parametrize(
    ("kind", "name", "answering_for", "about"),
    [
        (Kind.DEPARTEMENT, "Creuse", "la Creuse", "de la Creuse"),
        (Kind.DEPARTEMENT, "Ain", "l’Ain", "de l’Ain"),
        (Kind.DEPARTEMENT, "Landes", "les Landes", "des Landes"),
        (Kind.DEPARTEMENT, "Val-d'Oise", "le Val-d'Oise", "du Val-d'Oise"),
        (Kind.DEPARTEMENT, "Maine-et-Loire", "Maine-et-Loire", "de Maine-et-Loire"),
        (Kind.DEPARTEMENT, "Eure-et-Loir", "Eure-et-Loir", "d’Eure-et-Loir"),
        (Kind.DEPARTEMENT, "Mayenne", "la Mayenne", "de la Mayenne"),
        (Kind.DEPARTEMENT, "Mayotte", "Mayotte", "de Mayotte"),
        (
            Kind.DEPARTEMENT,
            "Collectivité européenne d’Alsace",
            "la Collectivité européenne d’Alsace",
            "de la Collectivité européenne d’Alsace",
        ),
        (Kind.REGION, "Grand Est", "le Grand Est", "du Grand Est"),
        (Kind.REGION, "Pays de la Loire", "les Pays de la Loire", "des Pays de la Loire"),
        (Kind.REGION, "Normandie", "la région Normandie", "de Normandie"),
        (Kind.REGION, "Occitanie", "la région Occitanie", "d’Occitanie"),
        (Kind.REGION, "La Réunion", "La Réunion", "de La Réunion"),
        (Kind.REGION, "Guadeloupe", "la Guadeloupe", "de la Guadeloupe"),
        (
            Kind.EPCI,
            "CC Marche et Combraille",
            "la CC Marche et Combraille",
            "de la CC Marche et Combraille",
        ),
        (
            Kind.EPCI,
            "Eurométropole de Strasbourg",
            "l’Eurométropole de Strasbourg",
            "de l’Eurométropole de Strasbourg",
        ),
        (Kind.EPCI, "Orléans Métropole", "Orléans Métropole", "d’Orléans Métropole"),
        (Kind.COMMUNE, "Paris", "Paris", "de Paris"),
        (Kind.COMMUNE, "Guéret", "Guéret", "de Guéret"),
        (Kind.COMMUNE, "Le Mans", "Le Mans", "du Mans"),
        (Kind.COMMUNE, "Les Mars", "Les Mars", "des Mars"),
        (Kind.COMMUNE, "La Souterraine", "La Souterraine", "de La Souterraine"),
        (Kind.COMMUNE, "Mayenne", "Mayenne", "de Mayenne"),
        (Kind.COMMUNE, "Aubusson", "Aubusson", "d’Aubusson"),
    ],
)
def test_an_authority_is_named_as_french_says_it(
    kind: Kind, name: str, answering_for: str, about: str
) -> None:
    assert (the_place(name, kind), of_place(name, kind)) == (answering_for, about)


def entries(file: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads((PACKAGE / file).read_text(encoding="utf-8"))
    return [entry for entry in listed if entry["zone"] != OVERSEAS_COLLECTIVITY]


@pytest.mark.parametrize(
    ("kind", "file", "how_many"),
    [(Kind.DEPARTEMENT, "departements.json", 101), (Kind.REGION, "regions.json", 18)],
)
def test_every_article_is_that_of_insee(kind: Kind, file: str, how_many: int) -> None:
    listed = entries(file)

    assert len(listed) == how_many
    assert {one["nom"]: article_of(one["nom"], kind) for one in listed} == {
        one["nom"]: TNCC[one["typeLiaison"]] for one in listed
    }


def test_every_intercommunalite_that_says_what_it_is_has_its_article() -> None:
    names = [one["nom"] for one in json.loads((PACKAGE / "epci.json").read_text(encoding="utf-8"))]

    bare = {name for name in names if the_place(name, Kind.EPCI) == name}
    assert len(names) > 1_000
    assert all(
        "Métropole" in name.split(" ", 1)[-1] for name in bare - {"Grenoble-Alpes-Métropole"}
    )


def test_an_apostrophe_is_set_as_french_does() -> None:
    assert typeset("L'Haÿ-les-Roses") == "L’Haÿ-les-Roses"
    assert article_of("Côte-d'Or", Kind.DEPARTEMENT) is article_of("Côte-d’Or", Kind.DEPARTEMENT)
