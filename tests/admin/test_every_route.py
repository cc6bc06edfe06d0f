"""Every route of the console, tried by nobody, by a reader, and by the neighbours.

The routes are read from the application: one added tomorrow is tried tomorrow.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.routing import Rule

from app.campaigns.letters import print_letters
from app.campaigns.letters_read import LetterFilter
from app.links.codes import code_of, letter_link
from app.models.contacts import Contact
from app.models.organisations import AuditEntry
from app.models.requests import Request
from app.vocabulary.requests import RequestKind
from app.vocabulary.scope import Author
from tests.admin.cast import Cast, Person
from tests.admin.scene import ASKED, CHAT, GUERET, HOLDER, MAILBOX, NOTE, Scene
from tests.collect.renewals import asks
from tests.world import World

OPEN = {"console_door.enter", "console_door.static", "console_door.skin"}
# Flask-Admin's own doors, which the console takes off: tried all the same.
TAKEN_OFF = ("new/", "edit/", "delete/", "action/", "export/csv/", "ajax/lookup/", "ajax/update/")
MAY_CHANGE = {"access_log"}
STRANGER = "inconnu@gueret.invalid"
FILE = (
    f"territory_kind;territory_code;questionnaire_version;mediation_place\ncommune;{GUERET};1;no\n"
).encode()
# The forms of those who chase.
BRUNO_S = tuple(
    f"/console/{desk}/"
    for desk in (
        "saisie",
        "demandes",
        "courriers",
        "suivi",
        "relances",
        "collectivites",
        "adresses",
    )
)
NEED_MORE = {
    "/console/courriers/preparer",  # a wave by its number, since one's own pile is no harm
    "/console/courriers/retirer",  # the pile was posted by the form before
    "/console/demandes/refuser",  # the stranger was accepted by the form before
    "/console/demandes/retablir",  # nobody said "not ours"
    "/console/saisie/tard",  # the wave has not ended
}
"""Those among them that these guesses cannot fill in."""

Guesses = list[dict[str, Any]]


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


@pytest.fixture
def guesses(world: World, cast: Cast, scene: Scene) -> Guesses:
    """All that somebody may try, who knows or guesses the ids.

    Bruno has prepared a pile; Guéret's mailbox takes no mail any more, and a stranger asks for its
    link.
    """
    scope = cast.bruno.scope
    assert scope is not None
    by = Author.user(scope.user_id)
    pile = print_letters(world.db, scope, by, world.wave_id, LetterFilter(), now=world.now)
    asks(world, email=STRANGER)
    with world.db.transaction() as session:
        contact = session.scalars(
            select(Contact).where(Contact.territory_id == scene.territory_id)
        ).one()
        contact.address.state = "bouncing"
        new_link = session.scalars(
            select(Request.id).where(Request.kind == RequestKind.NEW_LINK)
        ).one()
        letter = letter_link(session, world.signer, scene.territory_id, now=world.now)
        code = code_of(session, world.signer, letter, now=world.now)
    together = {
        "rowid": [scene.case_id],
        "territory_id": scene.territory_id,
        "wave_id": world.wave_id,
        "contact_id": contact.id,
        "address_id": contact.address_id,
        "replaces": contact.id,
        "confirmed": "yes",
        "email": "voleur@console.invalid",
        "run_id": pile,
        "part": 1,
        "on": world.now.date().isoformat(),
        "postal_code": "23000",
        "town": "Guéret",
        "digest": hashlib.sha256(FILE).hexdigest(),
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
        "code": code,
        "action": "delete",
        "q": GUERET,
        "query": GUERET,
        "name": "territory",
        "etat": "",
        "vague": "",
    }
    ids = [
        *(scene.territory_id, scene.case_id, scene.message_id, scene.note_id),
        *(scene.request_id, pile),
    ]
    tries = [{**together, "id": found, "pk": found, "list_form_pk": found} for found in ids]
    return [*tries, {**tries[0], "state": "done"}, {**tries[0], "request_id": new_link}]


def worth(endpoint: str, method: str, guesses: Guesses) -> Guesses:
    """Of these guesses, one of each that this route could tell apart."""
    if endpoint == "taken off":
        return guesses[:1]
    return list({one["id"]: one for one in guesses}.values()) if method == "GET" else guesses


def tried(person: Person, method: str, path: str, values: dict[str, Any]) -> tuple[int, str]:
    """What the console answers to this person: status, and all that it says."""
    file = {"file": (io.BytesIO(FILE), "reponses.csv")}
    form = {"csrf_token": person.token(), **values, **file} if method != "GET" else None
    query = values if method == "GET" else {"id": values["id"]}
    answer = person.browser.open(path, method=method, query_string=query, data=form)
    said = answer.get_data().decode(errors="replace")  # a file is no text
    return answer.status_code, f"{said} {answer.location}"


def written(world: World) -> dict[str, tuple[int, int]]:
    """Every table, those a look may change apart."""
    return {name: count for name, count in world.counts().items() if name not in MAY_CHANGE}


def test_the_console_has_routes_to_try(app: Flask) -> None:
    found = {path for _, _, path in routes(app)}
    assert {"/console/", "/console/dossiers/", "/console/collectivites/details/"} <= found
    assert len(rules(app)) > 15


def test_nobody_gets_no_further_than_the_door(
    app: Flask, world: World, cast: Cast, scene: Scene, guesses: Guesses
) -> None:
    before = written(world)
    for endpoint, method, path in routes(app):
        if endpoint in OPEN:
            continue
        for values in worth(endpoint, method, guesses):
            status, said = tried(cast.nobody, method, path, values)
            at_the_door = status == 302 and "/console/entrer" in said
            assert at_the_door or status in (401, 403, 404, 405), (method, path, status)
            assert MAILBOX not in said
    assert written(world) == before


@pytest.mark.parametrize("who", ["denis", "chloe"])
def test_the_neighbours_see_and_change_nothing_of_what_is_not_theirs(
    app: Flask, world: World, cast: Cast, scene: Scene, guesses: Guesses, who: str
) -> None:
    person: Person = getattr(cast, who)
    person.reads("/console/")  # signs in, which is written
    before = written(world)
    for endpoint, method, path in routes(app):
        if endpoint in OPEN or endpoint == "console_door.leave":
            continue
        for values in worth(endpoint, method, guesses):
            status, said = tried(person, method, path, values)
            assert status < 500, (method, path, status)
            for theirs in (
                "Guéret<",
                "Guéret,",
                "Guéret;",
                MAILBOX,
                HOLDER,
                NOTE,
                ASKED,
                STRANGER,
                CHAT,
                str(scene.message_id),
            ):
                assert theirs not in said, (method, path, theirs)
    after = written(world)
    # A reminder of nothing leaves its trace, and sends nothing.
    assert {name for name in after if after[name] != before[name]} <= {"audit_entries"}


def test_a_reader_reads_and_writes_nothing(
    app: Flask, world: World, cast: Cast, scene: Scene, guesses: Guesses
) -> None:
    cast.reader.reads("/console/")
    before = written(world)
    for endpoint, method, path in routes(app):
        if endpoint in OPEN or endpoint == "console_door.leave":
            continue
        for values in worth(endpoint, method, guesses):
            status, _ = tried(cast.reader, method, path, values)
            assert status < 500, (method, path, status)
            if method != "GET":
                assert status in (403, 404, 405), (method, path, status)
    assert written(world) == before
    assert (
        cast.reader.gets("/console/collectivites/details/", id=scene.territory_id).status_code
        == 200
    )


def test_what_one_sees_but_may_not_chase_nobody_changes(
    app: Flask, world: World, cast: Cast, scene: Scene, guesses: Guesses
) -> None:
    """Bruno's organisation still watches the Creuse; others chase there from now on."""
    with world.db.transaction() as session:
        session.execute(text("UPDATE organisation_territories SET may_chase = false"))
    cast.bruno.reads("/console/")
    before = written(world)
    for endpoint, method, path in routes(app):
        if method != "GET" and endpoint not in (*OPEN, "console_door.leave"):
            for values in [*guesses, {**guesses[0], "vague": world.wave_id}]:
                assert tried(cast.bruno, method, path, values)[0] < 500, path
    after = written(world)
    assert {name for name in after if after[name] != before[name]} <= {"audit_entries"}
    with world.db.reading() as session:
        done = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    # A reminder of nobody and a file of refused rows leave their trace, and do nothing else.
    assert set(done[done.index("signed_in") + 1 :]) <= {"signed_in", "remind", "answers_imported"}
    page = cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id)
    assert MAILBOX in page


def test_bruno_s_own_guesses_are_taken(
    app: Flask, world: World, cast: Cast, scene: Scene, guesses: Guesses
) -> None:
    """Else the tests above would prove nothing of the forms that they send."""
    refused = {
        path
        for _, method, path in routes(app)
        if method == "POST" and path.startswith(BRUNO_S) and not path.endswith(TAKEN_OFF)
        if all(tried(cast.bruno, method, path, values)[0] >= 400 for values in guesses)
    }
    assert refused == NEED_MORE


@pytest.mark.parametrize("token", ["", "forgé", None])
def test_no_form_of_the_console_is_taken_without_its_token(
    app: Flask, world: World, cast: Cast, scene: Scene, guesses: Guesses, token: str | None
) -> None:
    cast.aicha.reads("/console/")
    signed = {} if token is None else {"csrf_token": token}
    before = written(world)
    for _, method, path in routes(app):
        if method != "GET":
            sent = cast.aicha.browser.open(path, method=method, data={**guesses[0], **signed})
            assert sent.status_code == 400, path
    assert written(world) == before
    assert cast.aicha.gets("/console/").status_code == 200


def test_what_flask_admin_would_open_is_not_there_even_for_an_administrator(
    app: Flask, world: World, cast: Cast, scene: Scene, guesses: Guesses
) -> None:
    cast.aicha.reads("/console/")
    before = written(world)
    for endpoint, method, path in routes(app):
        if endpoint == "taken off":
            status, _ = tried(cast.aicha, method, path, guesses[0])
            assert status == 404, (method, path)
    assert written(world) == before


def test_a_get_changes_nothing_but_the_access_log(
    app: Flask, world: World, cast: Cast, scene: Scene, guesses: Guesses
) -> None:
    cast.aicha.reads("/console/")
    before = written(world)
    for endpoint, method, path in routes(app):
        if method == "GET":
            for values in worth(endpoint, method, guesses):
                assert tried(cast.aicha, "GET", path, values)[0] < 500, path
    assert written(world) == before


def test_bruno_himself_sees_guéret(cast: Cast, scene: Scene, guesses: Guesses) -> None:
    """Else the tests above would prove nothing."""
    page = cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id)
    request = cast.bruno.reads("/console/demandes/details/", id=guesses[-1]["request_id"])
    assert STRANGER in request
    assert all(said in page for said in ("Guéret", MAILBOX, HOLDER, NOTE, str(scene.message_id)))


@pytest.mark.parametrize("page", ["personnes", "organisations"])
def test_accounts_are_for_administrators(cast: Cast, page: str) -> None:
    assert cast.aicha.gets(f"/console/{page}/").status_code == 200
    for person in (cast.nadia, cast.bruno, cast.reader):
        assert person.gets(f"/console/{page}/").status_code == 403
        assert f"/console/{page}/" not in person.reads("/console/")
