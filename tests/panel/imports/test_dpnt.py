"""What the ANCT publishes of each authority is kept as told, and nothing more is made of it."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given as whatever
from hypothesis import strategies as some
from sqlalchemy import select

from app.cli.main import barometre
from app.models.territories import Indicator
from app.panel.imports.dpnt import SOURCE, DpntReport, NotYetPublished, import_dpnt
from app.panel.imports.dpnt_file import (
    NAMES,
    Line,
    UnreadableDpnt,
    criteria_of,
    host_of,
    indicators,
    line_of,
)
from tests.world import World

HEADER = (
    "type;siret;siren;libelle;population;code_insee;code_postal;epci_siren;epci_libelle;"
    "departement_code_insee;departement_libelle;region_code_insee;region_libelle;"
    "adresse_messagerie;site_internet;telephone;rpnt;service_public_url\n"
)
MARCH = date(2026, 3, 3)
ALL_SITE = "1.1,1.2,1.3,1.4,1.5,1.6,1.7,1.8"


def row(
    siren: str, *, kind: str = "commune", code: str = "", mail: str = "", site: str = "", rpnt: str
) -> str:
    return (
        f"{kind};{siren}00017;{siren};Ici;100;{code};23000;200034825;CA;23;Creuse;75;"
        f'Nouvelle-Aquitaine;{mail};{site};;"{rpnt}";https://lannuaire.service-public.invalid\n'
    )


GUERET = row(
    "212309603",
    code="23096",
    mail="mairie@ville-gueret.invalid",
    site="https://www.Ville-Gueret.invalid/accueil",
    rpnt=f"{ALL_SITE},2.1,2.2,2.3,2.4",
)
AJAIN = row("212300206", code="23002", mail="ajain@boite.invalid", rpnt="2.1,2.4")
BRIONNE = row("212303309", code="23033", site="http://brionne.invalid", rpnt="1.1,1.3,2.1,2.2")


def given(
    world: World, tmp_path: Path, content: str | bytes, *, as_of: date = MARCH, dry: bool = False
) -> DpntReport:
    file = tmp_path / "dpnt.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_dpnt(
        world.db, file, as_of=as_of, now=world.now, progress=lambda _done, _all: None, dry_run=dry
    )


def kept(world: World, code: str, kind: str = "commune") -> dict[str, str]:
    territory = world.territory(code, kind)
    with world.db.reading() as session:
        rows = session.scalars(select(Indicator).where(Indicator.territory_id == territory.id))
        return {one.name: one.value for one in rows}


def test_what_a_row_says_is_kept_with_its_source_and_date(world: World, tmp_path: Path) -> None:
    report = given(world, tmp_path, HEADER + GUERET + AJAIN + BRIONNE)

    assert kept(world, "23096") == {
        "dpnt_website": "yes",
        "dpnt_website_domain": "ville-gueret.invalid",
        "dpnt_https": "yes",
        "dpnt_mail_domain": "yes",
    }
    assert kept(world, "23002") == {"dpnt_website": "no", "dpnt_mail_domain": "no"}
    # A mailbox that is neither a provider's nor the site's: nothing is said of it.
    assert kept(world, "23033") == {
        "dpnt_website": "yes",
        "dpnt_website_domain": "brionne.invalid",
        "dpnt_https": "no",
    }
    with world.db.reading() as session:
        assert {(i.source, i.as_of) for i in session.scalars(select(Indicator))} == {
            (SOURCE, MARCH)
        }
    assert (report.n_rows, report.n_territories, report.n_unknown) == (3, 3, 0)
    assert report.n_written == 9
    assert "opérateur public" in report.sentences()[2]


def test_the_same_file_again_writes_nothing(world: World, tmp_path: Path) -> None:
    given(world, tmp_path, HEADER + GUERET + AJAIN)
    before = world.counts()["indicators"]

    again = given(world, tmp_path, HEADER + GUERET + AJAIN)

    assert (again.n_written, again.n_unchanged, again.n_removed) == (0, 6, 0)
    assert world.counts()["indicators"] == before


def test_a_newer_file_changes_and_takes_away_and_an_older_one_does_not(
    world: World, tmp_path: Path
) -> None:
    given(world, tmp_path, HEADER + GUERET)
    june = given(
        world, tmp_path, HEADER + AJAIN.replace("212300206", "212309603"), as_of=date(2026, 6, 1)
    )
    assert kept(world, "23096") == {"dpnt_website": "no", "dpnt_mail_domain": "no"}
    assert (june.n_written, june.n_removed) == (2, 2)

    late = given(world, tmp_path, HEADER + GUERET)

    assert kept(world, "23096")["dpnt_website"] == "no"
    assert late.n_older == 2
    assert "plus récent" in " ".join(late.sentences())


def test_a_dry_run_tells_the_same_and_writes_nothing(world: World, tmp_path: Path) -> None:
    before = world.counts()

    told = given(world, tmp_path, HEADER + GUERET, dry=True)

    assert world.counts() == before
    assert told.n_written == 4
    assert "à écrire\u00a0: 4" in told.sentences()[1]


def test_bad_rows_are_told_by_row_column_and_reason_and_the_others_kept(
    world: World, tmp_path: Path
) -> None:
    report = given(
        world,
        tmp_path,
        HEADER
        + GUERET
        + row("21230", code="23008", rpnt="1.1")
        + row("212301303", code="23013", site="pas de site", rpnt="1.1")
        + row("212302103", code="23021", rpnt="oui")
        + row("212302103", code="23021", rpnt="1.1, 9.9")
        + "commune;trop court\n"
        + row("212309603", code="23096", rpnt="")
        + row("213300001", code="33001", rpnt="1.1")
        + row("253300001", kind="syndicat", rpnt="1.1")
        + AJAIN,
    )

    assert [(fault.row, fault.column) for fault in report.faults] == [
        (3, "siren"),
        (4, "site_internet"),
        (5, "rpnt"),
        (6, "rpnt"),
        (7, "3"),
        (8, "siren"),
    ]
    assert report.faults[0].sentence.startswith("Ligne 3, colonne siren\u00a0: «\u00a021230")
    assert "déjà décrite ligne 2" in report.faults[5].reason
    assert (report.n_rows, report.n_territories, report.n_unknown) == (10, 2, 2)
    assert kept(world, "23002") != {}


def test_an_epci_a_departement_and_a_region_are_found(world: World, tmp_path: Path) -> None:
    given(
        world,
        tmp_path,
        HEADER
        + row("200034825", kind="epci", site="grandgueret.invalid", rpnt=ALL_SITE)
        + row("222309627", kind="departement", site="creuse.invalid", rpnt=ALL_SITE)
        + row("200053759", kind="région", site="na.invalid", rpnt=ALL_SITE),
    )

    assert kept(world, "200034825", "epci")["dpnt_website_domain"] == "grandgueret.invalid"
    assert kept(world, "23", "departement")["dpnt_website_domain"] == "creuse.invalid"
    assert kept(world, "75", "region")["dpnt_website_domain"] == "na.invalid"


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress((HEADER + GUERET).encode()),
        ("\ufeff" + HEADER + GUERET).encode(),
        (HEADER + GUERET).replace("Ici", "Évaux").encode("cp1252"),
        (HEADER + GUERET.replace('"', "").replace(",", " ")).replace(";", ",").encode(),
        (HEADER + GUERET).replace("\n", "\r\n").encode(),
        (HEADER + GUERET).replace(f"{ALL_SITE},", "['1.1', '1.3', '1.4', ").encode(),
    ],
    ids=["gzip", "bom", "cp1252", "commas", "windows", "list"],
)
def test_the_file_is_read_as_it_comes(world: World, tmp_path: Path, content: bytes) -> None:
    report = given(world, tmp_path, content)

    assert report.faults == ()
    assert kept(world, "23096")["dpnt_https"] == "yes"


@pytest.mark.parametrize(
    "content", [b"", b"siren;libelle\n", gzip.compress(b"x", mtime=0)[:12], b"\x81\x8d\x9d"]
)
def test_what_is_no_such_file_is_refused_whole(
    world: World, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(UnreadableDpnt) as refused:
        given(world, tmp_path, content)
    assert "dpnt.csv" in str(refused.value)


def test_a_file_is_never_of_tomorrow(world: World, tmp_path: Path) -> None:
    with pytest.raises(NotYetPublished):
        given(world, tmp_path, HEADER + GUERET, as_of=date(2026, 9, 16))


def test_a_page_on_a_network_is_neither_a_site_nor_the_lack_of_one() -> None:
    assert indicators("www.facebook.com", frozenset({"1.1", "1.3", "1.4"})) == {}
    assert indicators("", frozenset({"1.1"})) == {}


@whatever(some.text(max_size=60), some.text(max_size=60), some.text(max_size=60))
def test_no_cell_breaks_a_row_and_only_known_figures_come_out(
    siren: str, site: str, rpnt: str
) -> None:
    line = line_of(2, {"siren": siren, "site_internet": site, "rpnt": rpnt})
    told = indicators(host_of(site) or "", criteria_of(rpnt) or frozenset())

    assert set(told) <= set(NAMES)
    assert all(told.values())
    if isinstance(line, Line):
        assert line.siren.isdigit()


def test_the_command_tells_what_it_did_and_fails_on_a_bad_row(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", world.owner_url)
    file = tmp_path / "dpnt.csv"
    file.write_text(HEADER + GUERET + row("x", rpnt=""), encoding="utf-8")
    words = ["panel", "dpnt", str(file), "--date", "2026-03-03"]

    dry = CliRunner().invoke(barometre, [*words, "--dry-run"])
    told = CliRunner().invoke(barometre, words)

    assert kept(world, "23096")["dpnt_website"] == "yes"
    assert (dry.exit_code, told.exit_code) == (1, 1)
    assert "4 indicateurs à écrire" in dry.output
    assert "4 indicateurs écrits" in told.output
    assert "Ligne 3, colonne siren" in told.output
