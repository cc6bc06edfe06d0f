"""Whom the barometer asks: the real lists, the small extract, and a second millésime."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.models.territories import Place, Territory, TerritoryDepartement, TerritoryVersion
from app.panel.asked import frame_of
from app.panel.decoupage import NoDecoupage, read
from app.panel.geography import GeographyReport, TooManyGone, import_geography, number
from app.settings import ROOT
from app.vocabulary.territory_kinds import TerritoryKind as Kind
from tests.world import World

EXTRACT = ROOT / "tests" / "fixtures" / "decoupage"
PACKAGE = ROOT / "node_modules" / "@etalab" / "decoupage-administratif" / "data"


def imported(world: World, folder: Path, millesime: int) -> GeographyReport:
    return import_geography(
        world.db, folder, millesime, now=world.now, progress=lambda _done, _total: None
    )


@pytest.fixture
def next_year(tmp_path: Path) -> Path:
    """A copy of the extract, to be changed as a year changes it."""
    folder = tmp_path / "decoupage"
    shutil.copytree(EXTRACT, folder)
    return folder


def change(folder: Path, code: str, edit: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "communes.json"
    communes = json.loads(path.read_text(encoding="utf-8"))
    for commune in communes:
        if commune["code"] == code:
            edit(commune)
    path.write_text(json.dumps([c for c in communes if not c.get("gone")]), encoding="utf-8")


def test_the_whole_country_is_the_panel_of_the_design() -> None:
    frame = frame_of(read(PACKAGE))

    asked = [a.kind for a in frame.authorities if a.not_asked_because is None]
    assert [asked.count(kind) for kind in Kind] == [34_875, 1_255, 95, 17]
    assert len(asked) == 36_242
    assert frame.without_population == 6
    overseas = [
        o.count for o in frame.not_kept if o.kind is Kind.COMMUNE and "outre-mer" in o.reason
    ]
    assert overseas == [94]
    in_several = [a for a in frame.authorities if a.kind is Kind.EPCI and len(a.departements) > 1]
    assert len(in_several) == 89


def test_names_of_the_real_lists_have_the_apostrophe_of_french() -> None:
    names = {(a.kind, a.code): a.name for a in frame_of(read(PACKAGE)).authorities}

    assert names[Kind.COMMUNE, "94038"] == "L’Haÿ-les-Roses"
    assert names[Kind.DEPARTEMENT, "21"] == "Côte-d’Or"
    assert [name for name in names.values() if "'" in name] == []
    assert sum("’" in name for name in names.values()) > 1_000


def test_single_assemblies_are_asked_once(world: World) -> None:
    with world.db.reading() as session:
        rows = session.execute(
            select(Territory.kind, Territory.code).where(
                Territory.kind.in_(("departement", "region")), Territory.asked
            )
        ).all()
    asked = {(kind, code) for kind, code in rows}

    assert ("departement", "67") in asked
    assert ("departement", "69") in asked
    assert ("departement", "976") in asked
    assert {("region", "94"), ("region", "02")} <= asked
    once = {("departement", code) for code in ("68", "75", "2A", "2B", "972")} | {("region", "06")}
    assert not asked & once


def test_what_is_left_out_says_why(world: World) -> None:
    paris = world.territory("75", "departement")

    assert not paris.asked
    assert paris.not_asked_because == "Paris est interrogée une fois, comme commune"
    assert world.territory("75056").asked


def test_alsace_answers_for_both_its_departements(world: World) -> None:
    alsace = world.territory("67", "departement")

    both = (world.territory("67482").population or 0) + (world.territory("68066").population or 0)
    assert alsace.name == "Collectivité européenne d’Alsace"
    assert alsace.population == both
    with world.db.reading() as session:
        place = session.get_one(Place, ("departement", "67"))
    assert place.name == "Bas-Rhin"


def test_the_people_of_lyon_are_not_counted_in_the_rhone(world: World) -> None:
    rhone = world.territory("69", "departement")

    assert rhone.population == world.territory("69264").population


def test_a_population_of_zero_is_not_missing(world: World) -> None:
    assert world.territory("55039").population == 0
    assert world.territory("55039").asked


def test_an_epci_may_lie_in_two_departements(world: World) -> None:
    correze = world.territory("200066744", "epci")

    with world.db.reading() as session:
        lies_in = session.scalars(
            select(TerritoryDepartement.departement_code)
            .where(TerritoryDepartement.territory_id == correze.id)
            .order_by(TerritoryDepartement.departement_code)
        ).all()
    assert lies_in == ["19", "23"]
    assert correze.departement_code == "19"
    assert correze.population == 31_994
    assert world.territory("23067").epci_siren == correze.siren


def test_parts_of_communes_and_overseas_collectivities_are_not_kept(world: World) -> None:
    with world.db.reading() as session:
        found = session.scalars(
            select(Territory.code).where(Territory.code.in_(("23023", "75101", "97502", "975")))
        ).all()
    assert found == []


def test_the_report_tells_in_french_whom_it_asks_and_leaves_out(world: World) -> None:
    told = imported(world, EXTRACT, 2026).sentences()

    assert told[0] == "Millésime 2026\u00a0: 53 collectivités interrogées."
    assert "Interrogées\u00a0: 33 communes." in told
    assert any("collectivités d’outre-mer" in line for line in told)
    assert any("Mayotte est interrogée une fois, comme département" in line for line in told)
    assert all(line.endswith(".") for line in told)


def test_importing_twice_changes_nothing(world: World) -> None:
    def state() -> list[Any]:
        with world.db.reading() as session:
            return [
                session.execute(text("SELECT * FROM territories ORDER BY id")).all(),
                session.execute(text("SELECT * FROM territory_versions ORDER BY 1, 2")).all(),
                session.execute(text("SELECT * FROM territory_departements ORDER BY 1, 2")).all(),
            ]

    before = state()
    report = imported(world, EXTRACT, 2026)

    assert report.n_new == 0
    assert state() == before


def test_a_commune_keeps_its_row_when_its_name_code_and_size_change(
    world: World, next_year: Path
) -> None:
    before = world.territory("23029")
    change(
        next_year, "23029", lambda c: c.update(code="23999", nom="Hem-sur-Creuse", population=600)
    )

    imported(world, next_year, 2027)

    after = world.territory("23999")
    assert (after.id, after.name, after.sort_name) == (
        before.id,
        "Hem-sur-Creuse",
        "hem sur creuse",
    )
    assert after.stratum == "500-999"
    with world.db.reading() as session:
        versions = session.execute(
            select(TerritoryVersion.millesime, TerritoryVersion.code, TerritoryVersion.name)
            .where(TerritoryVersion.territory_id == before.id)
            .order_by(TerritoryVersion.millesime)
        ).all()
    assert [tuple(version) for version in versions] == [
        (2026, "23029", "Le Bourg-d’Hem"),
        (2027, "23999", "Hem-sur-Creuse"),
    ]


def test_a_merged_commune_under_a_new_siren_stays_the_same_row(
    world: World, next_year: Path
) -> None:
    before = world.territory("23096")
    change(next_year, "23096", lambda c: c.update(siren="200099999"))

    imported(world, next_year, 2027)

    assert world.territory("23096").id == before.id
    assert world.territory("23096").siren == "200099999"


def test_a_code_may_pass_to_another_commune(world: World, next_year: Path) -> None:
    mars, artige = world.territory("23123"), world.territory("23125")
    change(next_year, "23123", lambda c: c.update(code="23125x"))
    change(next_year, "23125", lambda c: c.update(code="23123"))
    change(next_year, "23125x", lambda c: c.update(code="23125"))

    imported(world, next_year, 2027)

    assert (world.territory("23125").id, world.territory("23123").id) == (mars.id, artige.id)


def test_a_commune_that_is_gone_is_asked_no_more(world: World, next_year: Path) -> None:
    change(next_year, "23123", lambda c: c.update(gone=True))

    report = imported(world, next_year, 2027)

    gone = world.territory("23123")
    assert not gone.asked
    assert gone.not_asked_because == "absente de la liste de 2027"
    assert any("absente de la liste de 2027" in line for line in report.sentences())


def test_an_older_list_adds_versions_and_changes_nothing_else(
    world: World, next_year: Path
) -> None:
    change(next_year, "23096", lambda c: c.update(nom="Garait", population=1))

    report = imported(world, next_year, 2025)

    assert not report.latest
    assert world.territory("23096").name == "Guéret"
    with world.db.reading() as session:
        n_versions = session.scalar(
            select(func.count()).where(TerritoryVersion.territory_id == world.territory("23096").id)
        )
    assert n_versions == 2


def test_a_truncated_list_is_refused_whole(world: World, next_year: Path) -> None:
    kept = json.loads((next_year / "communes.json").read_text(encoding="utf-8"))[:5]
    (next_year / "communes.json").write_text(json.dumps(kept), encoding="utf-8")

    with pytest.raises(TooManyGone, match="semblent incomplets"):
        imported(world, next_year, 2027)

    assert world.territory("23245").asked


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "il est absent"),
        (b"[{", "pas du JSON"),
        (b"\xff\xfe", "pas du JSON"),
        (b'[{"code": "23"}]', "il y manque un champ"),
        (b"[3]", "il y manque un champ"),
    ],
)
def test_a_folder_that_is_not_the_package_is_refused(
    world: World, next_year: Path, content: bytes | None, reason: str
) -> None:
    path = next_year / "epci.json"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)

    with pytest.raises(NoDecoupage, match=reason) as refused:
        imported(world, next_year, 2027)

    assert "epci.json" in str(refused.value)


def test_numbers_are_grouped_as_in_french() -> None:
    assert number(36242) == "36\u00a0242"
