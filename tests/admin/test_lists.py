"""Lists: their SQL as looked at once, bounded and ordered; their filters; odd addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.admin.cast import BRUNOS, Cast
from tests.admin.scene import MAILBOX, Scene
from tests.world import World

SNAPSHOTS = Path(__file__).parent / "snapshots"
LISTS = (
    *("dossiers", "collectivites", "demandes", "messages"),
    *("publications", "questionnaires", "personnes", "organisations"),
)
ODD_IDS = ("1,2", "", "0", "-1", "abc", "1e3", "9" * 40, "1;DROP TABLE users", "\0", "é")


@contextmanager
def listening(world: World) -> Iterator[list[str]]:
    """What is asked of PostgreSQL meanwhile."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(world.db.engine, "before_cursor_execute", hear)


def rows_of(page: str) -> list[str]:
    """The row headings of the page's table, as plain text."""
    cells = re.findall(r'<th scope="row">(.*?)</th>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


@pytest.mark.parametrize("name", LISTS)
def test_the_sql_of_a_list_is_the_one_that_was_looked_at(
    world: World, cast: Cast, name: str
) -> None:
    """Removed, a snapshot is written again by this test, which then asks to look at it."""
    person = cast.aicha if name in ("personnes", "organisations") else cast.bruno
    person.reads("/console/suivi/")
    with listening(world) as heard:
        person.reads(f"/console/{name}/")
    bounded = [sql for sql in heard if re.search(r"\bLIMIT\b|^SELECT count\(", sql)]
    assert [sql for sql in bounded if "LIMIT" in sql], "the list is not bounded"
    assert all("ORDER BY" in sql for sql in bounded if "LIMIT" in sql)
    kept, found = SNAPSHOTS / f"{name}.sql", ";\n\n".join(bounded) + ";\n"
    if not kept.exists():
        kept.write_text(found, encoding="utf-8")
        pytest.fail(f"{kept.name} was recorded: look at it, then run this test again")
    assert found == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["dossiers", "collectivites", "demandes", "messages"])
@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_odd_id_is_a_page_that_does_not_exist(cast: Cast, name: str, odd: str) -> None:
    answer = cast.bruno.gets(f"/console/{name}/details/", id=odd)
    assert answer.status_code == 404
    assert "n’existe pas" in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["dossiers", "collectivites", "demandes", "messages"])
def test_odd_pages_sorts_and_filters_never_break_a_list(cast: Cast, name: str) -> None:
    for query in (
        {"page": "-1"},
        {"page": "999999999999999999999"},
        {"page": "abc", "sort": "99", "desc": "x"},
        {"page_size": "100000"},
        {"q": "%_\\'\"\0;--", "vague": "0", "taille": ":::", "departement": "'"},
        {"q": "x" * 5000, "etat": "nothing", "theme": "none", "type": "ville", "vague": "1 OR 1"},
        {"flt0_0": "1", "search": "'"},
    ):
        assert cast.bruno.gets(f"/console/{name}/", **query).status_code == 200, query


def test_bruno_sees_his_members_in_the_order_of_their_names(cast: Cast) -> None:
    page = cast.bruno.reads("/console/collectivites/")
    assert [row.split(" Creuse")[0] for row in rows_of(page)] == [
        "Aubusson",
        "Le Bourg-d’Hem",
        "Évaux-les-Bains",
        "Guéret",
    ]
    assert "4\u00a0collectivités" in page


def test_a_name_is_found_without_its_accents_or_by_its_code(cast: Cast) -> None:
    for typed in ("evaux", "BAINS", "Évaux les bains", "23076", "2307"):
        found = rows_of(cast.aicha.reads("/console/collectivites/", q=typed))
        assert [row.split(" Creuse")[0] for row in found] == ["Évaux-les-Bains"], typed
    assert "Aucune collectivité avec ces filtres." in cast.aicha.reads(
        "/console/collectivites/", q="Atlantide"
    )


def test_kind_departement_and_size_narrow_the_list(cast: Cast) -> None:
    everything = rows_of(cast.aicha.reads("/console/collectivites/", departement="87"))
    communes = rows_of(
        cast.aicha.reads("/console/collectivites/", departement="87", type="commune")
    )
    large = rows_of(
        cast.aicha.reads("/console/collectivites/", departement="87", taille="commune:100000+")
    )
    assert len(communes) == 5
    assert len(everything) > len(communes)
    assert [row.split(" Haute")[0] for row in large] == ["Limoges"]


def test_the_cases_shown_first_are_those_to_remind(cast: Cast, scene: Scene) -> None:
    assert len(rows_of(cast.bruno.reads("/console/dossiers/"))) == 3
    every = cast.bruno.reads("/console/dossiers/", etat="", vague="")
    assert len(rows_of(every)) == 3 * len(BRUNOS)
    asked = cast.bruno.reads("/console/dossiers/", etat="invited", theme="cybersecurite")
    assert [row.split(" Creuse")[0] for row in rows_of(asked)] == ["Guéret"]
    assert "Personne à relancer" in cast.bruno.reads("/console/dossiers/", etat="complete")


def test_filters_follow_from_page_to_page(cast: Cast) -> None:
    page = cast.aicha.reads("/console/dossiers/", etat="", departement="23")
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following is not None
    assert "departement=23" in following[1]
    assert "etat=" in following[1]
    second = cast.aicha.reads(following[1].replace("&amp;", "&"))
    assert rows_of(second)
    assert not set(rows_of(second)) >= set(rows_of(page))


def test_messages_are_listed_with_their_state_and_mailbox(cast: Cast, scene: Scene) -> None:
    page = cast.bruno.reads("/console/messages/", etape="invitation", etat="sent")
    assert MAILBOX in page
    assert "Envoyé" in page
    assert MAILBOX not in cast.bruno.reads("/console/messages/", etat="failed")
