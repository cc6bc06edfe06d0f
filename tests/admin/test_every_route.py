"""Every route of the console, tried by nobody, by a reader, and by the neighbours.

The routes are read from the application: one added tomorrow is tried tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.admin.cast import Cast, Person
from tests.admin.scene import ASKED, CHAT, GUERET, HOLDER, MAILBOX, NOTE, Scene
from tests.world import World

OPEN = {"console_door.enter", "console_door.static", "console_door.skin"}
# Flask-Admin's own doors, which the console takes off: tried all the same.
TAKEN_OFF = ("new/", "edit/", "delete/", "action/", "export/csv/", "ajax/lookup/", "ajax/update/")
MAY_CHANGE = {"access_log"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/console")]


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, path) of every route of the console, files apart."""
    for rule in rules(app):
        if "static" not in rule.endpoint:
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
                yield rule.endpoint, method, rule.rule
    lists = {rule.rule for rule in rules(app) if rule.endpoint.endswith(".index_view")}
    for path in sorted(lists):
        for door in TAKEN_OFF:
            for method in ("GET", "POST"):
                yield "taken off", method, path + door


def guesses(scene: Scene) -> list[dict[str, Any]]:
    """All that somebody may try, who knows or guesses the ids."""
    together = {
        "rowid": [scene.case_id],
        "territory_id": scene.territory_id,
        "wave_id": 1,
        "publication_id": 1,
        "request_id": scene.request_id,
        "chat_id": scene.chat_id,
        "state": "refused",
        "note": "Je passais par là.",
        "theme": "inclusion",
        "channel": "phone",
        "section": "places",
        "nonce": "12345678",
        "mediation_place": "yes",
        "mediation_place.seen": "",
        "code": "7KQ4-M2XP-D",
        "action": "delete",
        "q": GUERET,
        "query": GUERET,
        "name": "territory",
        "etat": "",
        "vague": "",
    }
    ids = [
        *(scene.territory_id, scene.case_id, scene.message_id, scene.note_id),
        scene.request_id,
    ]
    return [{**together, "id": found, "pk": found, "list_form_pk": found} for found in ids]


def tried(person: Person, method: str, path: str, values: dict[str, Any]) -> tuple[int, str]:
    """What the console answers to this person: status, and all that it says."""
    form = {"csrf_token": person.token(), **values} if method != "GET" else None
    query = values if method == "GET" else {"id": values["id"]}
    answer = person.browser.open(path, method=method, query_string=query, data=form)
    return answer.status_code, f"{answer.get_data(as_text=True)} {answer.location}"


def written(world: World) -> dict[str, tuple[int, int]]:
    """Every table, those a look may change apart."""
    return {name: count for name, count in world.counts().items() if name not in MAY_CHANGE}


def test_the_console_has_routes_to_try(app: Flask) -> None:
    found = {path for _, _, path in routes(app)}
    assert {"/console/", "/console/dossiers/", "/console/collectivites/details/"} <= found
    assert len(rules(app)) > 15


def test_nobody_gets_no_further_than_the_door(
    app: Flask, world: World, cast: Cast, scene: Scene
) -> None:
    before = written(world)
    for endpoint, method, path in routes(app):
        if endpoint in OPEN:
            continue
        for values in guesses(scene):
            status, said = tried(cast.nobody, method, path, values)
            at_the_door = status == 302 and "/console/entrer" in said
            assert at_the_door or status in (401, 403, 404, 405), (method, path, status)
            assert MAILBOX not in said
    assert written(world) == before


@pytest.mark.parametrize("who", ["denis", "chloe"])
def test_the_neighbours_see_and_change_nothing_of_what_is_not_theirs(
    app: Flask, world: World, cast: Cast, scene: Scene, who: str
) -> None:
    person: Person = getattr(cast, who)
    person.reads("/console/")  # signs in, which is written
    before = written(world)
    for endpoint, method, path in routes(app):
        if endpoint in OPEN or endpoint == "console_door.leave":
            continue
        for values in guesses(scene):
            status, said = tried(person, method, path, values)
            assert status < 500, (method, path, status)
            for theirs in (
                "Guéret<",
                "Guéret,",
                MAILBOX,
                HOLDER,
                NOTE,
                ASKED,
                CHAT,
                str(scene.message_id),
            ):
                assert theirs not in said, (method, path, theirs)
    after = written(world)
    # A reminder of nothing leaves its trace, and sends nothing.
    assert {name for name in after if after[name] != before[name]} <= {"audit_entries"}


def test_a_reader_reads_and_writes_nothing(
    app: Flask, world: World, cast: Cast, scene: Scene
) -> None:
    cast.reader.reads("/console/")
    before = written(world)
    for endpoint, method, path in routes(app):
        if endpoint in OPEN or endpoint == "console_door.leave":
            continue
        for values in guesses(scene):
            status, _ = tried(cast.reader, method, path, values)
            assert status < 500, (method, path, status)
            if method != "GET":
                assert status in (403, 404, 405), (method, path, status)
    assert written(world) == before
    assert (
        cast.reader.gets("/console/collectivites/details/", id=scene.territory_id).status_code
        == 200
    )


def test_what_flask_admin_would_open_is_not_there_even_for_an_administrator(
    app: Flask, world: World, cast: Cast, scene: Scene
) -> None:
    cast.aicha.reads("/console/")
    before = written(world)
    for endpoint, method, path in routes(app):
        if endpoint == "taken off":
            status, _ = tried(cast.aicha, method, path, guesses(scene)[0])
            assert status == 404, (method, path)
    assert written(world) == before


def test_a_get_changes_nothing_but_the_access_log(
    app: Flask, world: World, cast: Cast, scene: Scene
) -> None:
    cast.aicha.reads("/console/")
    before = written(world)
    for _, method, path in routes(app):
        if method == "GET":
            for values in guesses(scene):
                assert tried(cast.aicha, "GET", path, values)[0] < 500, path
    assert written(world) == before


def test_bruno_himself_sees_guéret(cast: Cast, scene: Scene) -> None:
    """Else the tests above would prove nothing."""
    page = cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id)
    assert all(said in page for said in ("Guéret", MAILBOX, HOLDER, NOTE, str(scene.message_id)))


@pytest.mark.parametrize("page", ["personnes", "organisations"])
def test_accounts_are_for_administrators(cast: Cast, page: str) -> None:
    assert cast.aicha.gets(f"/console/{page}/").status_code == 200
    for person in (cast.nadia, cast.bruno, cast.reader):
        assert person.gets(f"/console/{page}/").status_code == 403
        assert f"/console/{page}/" not in person.reads("/console/")
