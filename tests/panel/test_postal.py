"""Where letters go: the post's own spelling, and who said it last."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.errors import Hidden, NotAllowed
from app.models.letters import PostalAddress
from app.models.organisations import AuditEntry, Organisation, OrganisationTerritory
from app.panel.contacts import import_contacts
from app.panel.geography import import_geography
from app.panel.postal import BadPostalAddress, postal, set_postal_address
from app.panel.postal_block import MOST_LINES, MOST_SIGNS, address_block, capitals, last_line
from app.settings import ROOT
from app.vocabulary.scope import Author, Role, Scope
from app.vocabulary.territory_kinds import TerritoryKind as Kind
from tests.world import World

EXTRACT = ROOT / "tests" / "fixtures" / "decoupage"
PACKAGE = ROOT / "node_modules" / "@etalab" / "decoupage-administratif" / "data"
NATIONAL = Scope(1, Role.NATIONAL, None)


def kept(world: World, code: str, kind: str = "commune") -> tuple[str, str, str, str] | None:
    """Street, postal code, town and origin of an authority's address."""
    with world.db.reading() as session:
        found = session.get(PostalAddress, world.territory(code, kind).id)
    if found is None:
        return None
    return found.street, found.postal_code, found.town, found.origin


def types(world: World, code: str, street: str = "1 place de la Mairie") -> None:
    set_postal_address(
        world.db,
        NATIONAL,
        Author.user(1),
        world.territory(code).id,
        postal(street, "23 000", "Guéret"),
        now=world.now,
    )


def given(world: World, tmp_path: Path, content: str) -> list[str]:
    file = tmp_path / "contacts.csv"
    file.write_text(content, encoding="utf-8")
    return import_contacts(world.db, file, origin="csv", now=world.now).sentences()


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("L’Abergement-Clémenciat", "L ABERGEMENT CLEMENCIAT"),
        ("Guéret", "GUERET"),
        ("Le Bourg-d'Hem", "LE BOURG D HEM"),
        ("Vœuil-et-Giget", "VOEUIL ET GIGET"),
        ("12 bis, rue de l’Église", "12 BIS RUE DE L EGLISE"),
    ],
)
def test_the_post_reads_capitals_without_accents_nor_punctuation(words: str, written: str) -> None:
    assert capitals(words) == written


def test_a_town_is_shortened_only_where_its_line_is_too_short() -> None:
    assert last_line("23000", "Saint-Sulpice-le-Guérétois") == "23000 SAINT SULPICE LE GUERETOIS"
    longest = last_line("51290", "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson")
    assert longest == "51290 ST REMY EN BOUZEMONT ST GENEST ET ISSON"


def test_an_address_is_six_lines_of_thirty_eight_signs_at_most_all_over_france() -> None:
    street = "1234 bis, boulevard du Général-de-Lattre, boîte postale 12345"
    communes = json.loads((PACKAGE / "communes.json").read_text(encoding="utf-8"))
    groups = json.loads((PACKAGE / "epci.json").read_text(encoding="utf-8"))
    named = [(Kind.COMMUNE, one["nom"]) for one in communes]
    named += [(Kind.EPCI, one["nom"]) for one in groups]
    too_long = 0
    for kind, name in named:
        block = address_block(kind, name, street, "23000", name)
        assert len(block) <= MOST_LINES
        assert all(len(line) <= MOST_SIGNS for line in block[:-1]), block
        too_long += kind is Kind.COMMUNE and len(block[-1]) > MOST_SIGNS
    assert too_long <= 40, "the docstring of last_line tells how few pass the end"


def test_whom_the_envelope_names() -> None:
    def first(kind: Kind, name: str) -> tuple[str, ...]:
        return address_block(kind, name, "", "23000", "Guéret")[:-1]

    assert first(Kind.COMMUNE, "Le Bourg-d'Hem") == ("Mairie du Bourg-d’Hem",)
    assert first(Kind.DEPARTEMENT, "Creuse") == ("Conseil départemental", "Creuse")
    assert first(Kind.DEPARTEMENT, "Collectivité européenne d’Alsace") == (
        "Collectivité européenne d’Alsace",
    )
    assert first(Kind.REGION, "Nouvelle-Aquitaine") == ("Conseil régional", "Nouvelle-Aquitaine")
    assert first(Kind.EPCI, "CA du Grand Guéret") == ("CA du Grand Guéret",)


def test_a_commune_s_first_postal_code_comes_with_the_geography(world: World) -> None:
    assert kept(world, "23096") == ("", "23000", "Guéret", "geography")
    assert kept(world, "69123") == ("", "69001", "Lyon", "geography")
    assert kept(world, "200034825", "epci") is None


def test_importing_again_never_undoes_what_somebody_said(world: World, tmp_path: Path) -> None:
    types(world, "23096")
    given(world, tmp_path, "code;courriel;rue;code postal;ville\n23008;;2 rue A;23201;Aubusson\n")

    import_geography(world.db, EXTRACT, 2027, now=world.now)

    assert kept(world, "23096") == ("1 place de la Mairie", "23000", "Guéret", "staff")
    assert kept(world, "23008") == ("2 rue A", "23201", "Aubusson", "csv")
    with world.db.reading() as session:
        other = session.get_one(PostalAddress, world.territory("23002").id)
    assert (other.origin, other.as_of) == ("geography", date(2027, 1, 1))


def test_a_file_gives_an_address_with_or_without_a_mailbox_and_yields_to_the_staff(
    world: World, tmp_path: Path
) -> None:
    types(world, "23096")

    told = given(
        world,
        tmp_path,
        "Code;Courriel;Rue;Code_postal;Ville\n"
        "23096;mairie@gueret.invalid;9 rue B;23000;Guéret\n"
        "200034825;;9 avenue Charles-de-Gaulle;23000;Guéret\n"
        "23008;mairie@aubusson.invalid;;;\n"
        "23002;;1 rue C;2338;Ajain\n"
        "23013;;;;\n",
    )

    assert told[1] == (
        "Adresses postales gardées\u00a0: 1, laissées telles que l’équipe les a saisies\u00a0: 1."
    )
    assert [line.partition("\u00a0:")[0] for line in told[2:]] == [
        "Ligne 5, colonne code postal",
        "Ligne 6, colonne courriel",
    ]
    assert kept(world, "200034825", "epci") == (
        "9 avenue Charles-de-Gaulle",
        "23000",
        "Guéret",
        "csv",
    )
    assert kept(world, "23096") == ("1 place de la Mairie", "23000", "Guéret", "staff")
    assert kept(world, "23008") == ("", "23200", "Aubusson", "geography")


@pytest.mark.parametrize(
    ("street", "code", "town", "why"),
    [
        ("", "2300", "Guéret", "cinq chiffres"),
        ("", "2A000", "Ajaccio", "cinq chiffres"),
        ("", "23000", "…", "ville"),
        ("", "23000", "G" * 60, "trop long"),
        ("rue " * 30, "23000", "Guéret", "deux lignes"),
    ],
    ids=["short-code", "letters", "no-town", "long-town", "long-street"],
)
def test_what_the_post_cannot_deliver_is_told(street: str, code: str, town: str, why: str) -> None:
    with pytest.raises(BadPostalAddress, match=why):
        postal(street, code, town)


def test_an_address_is_typed_by_who_may_chase_and_leaves_its_trace(world: World) -> None:
    gueret = world.territory("23096").id
    with world.db.transaction() as session:
        club = Organisation(name="Creuse numérique", national=False)
        session.add(club)
        session.flush()
        session.add(OrganisationTerritory(organisation_id=club.id, territory_id=gueret))
        mine, another = club.id, club.id + 1
    address = postal("", "23000", "Guéret")
    for scope, refusal in (
        (Scope(1, Role.READER, mine), NotAllowed),
        (Scope(1, Role.OPSN, another), Hidden),
    ):
        with pytest.raises(refusal):
            set_postal_address(world.db, scope, Author.user(1), gueret, address, now=world.now)
    types(world, "23096")

    with world.db.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.subject) for one in entries if one.action.startswith("postal")] == [
        ("postal_address_set", f"territory:{gueret}")
    ]
