"""What was handed in on cybersecurity: nobody reads it again, the national team included."""

from __future__ import annotations

import io
import re

from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.collect.reopen import reopen
from app.collect.submit import submit
from tests.admin.cast import Cast, Person
from tests.admin.scene import GUERET, Scene, sends
from tests.admin.test_every_route import OPEN, routes
from tests.admin.test_letters import words_of
from tests.collect.answers import opens, says, whole
from tests.world import World

CYBER = "cybersecurite"
SHARE = 73  # of whatever is asked in per cent: no other figure of the console's pages
# What is not there, or changes what is looked for: the entry's own forms save, send and reopen.
APART = ("taken off", "console_door.leave", "saisie.reopen", "saisie.submit", "saisie.save_section")
DRAFT = {"/console/saisie/section", "/console/saisie/relire"}
KEEP_ANSWERS = {"responses", "answer_events", "questionnaires"}


def fills_in(world: World) -> list[str]:
    """Guéret answers everything, and has not sent it; the codes of its questions."""
    who = world.respondent(GUERET)
    seen = opens(world, who, CYBER)
    given = whole(seen.questionnaire, seen)
    for code in given:
        if seen.questionnaire.question(code).kind == "percentage":
            given[code] = SHARE
    says(world, who, given, source="form:everything", theme=CYBER)
    return list(given)


def hands_in(world: World) -> list[str]:
    """The same, sent; the receipt has left."""
    codes = fills_in(world)
    submit(world.db, world.respondent(GUERET), CYBER, world.letterhead, now=world.now)
    sends(world)
    return codes


def read(answer: TestResponse) -> str:
    """A page, or the words of a PDF."""
    if answer.mimetype == "application/pdf":
        return "\n".join(words_of(answer.get_data()))
    return answer.get_data(as_text=True)


def tells_the_share(app: Flask, world: World, person: Person) -> set[str]:
    """The console's pages and files that hold it, of all that this person may ask."""
    case = world.case(GUERET, CYBER)
    form = {
        **{"territory_id": case.territory_id, "theme": CYBER, "channel": "phone"},
        **{"section": "people", "nonce": "12345678", "wave_id": world.wave_id},
        **{"q": GUERET, "etat": "", "rowid": [case.id]},
    }
    with world.db.reading() as session:
        messages = session.execute(text("SELECT id FROM messages")).scalars().all()
    found = set()
    for endpoint, method, path in routes(app):
        if endpoint in (*APART, *OPEN) or path.startswith("/console/questionnaires/"):
            continue
        known = (case.territory_id, case.id, *messages) if path.endswith("details/") else (case.id,)
        for one in known:
            signed = {**form, "id": one, "csrf_token": person.token()}
            query, data = ({**form, "id": one}, None) if method == "GET" else ({}, signed)
            answer = person.browser.open(path, method=method, query_string=query, data=data)
            assert answer.status_code < 500, path
            if re.search(rf"\b{SHARE}\b", read(answer)):
                found.add(path)
    return found


def test_no_page_of_the_console_tells_what_was_handed_in_nor_once_reopened(
    app: Flask, world: World, cast: Cast, scene: Scene
) -> None:
    fills_in(world)
    assert tells_the_share(app, world, cast.aicha) == DRAFT, "a draft may be read"
    submit(world.db, world.respondent(GUERET), CYBER, world.letterhead, now=world.now)

    assert tells_the_share(app, world, cast.aicha) == set()

    reopen(world.db, world.respondent(GUERET), CYBER, now=world.days_pass(0.001))
    assert tells_the_share(app, world, cast.aicha) == set()


def test_a_file_does_not_tell_whether_it_says_the_same(
    world: World, cast: Cast, scene: Scene
) -> None:
    """Nor what other answer is counted, once the theme is handed in."""
    hands_in(world)
    told = set()
    for share in (SHARE, 12):
        rows = f"territory_kind;territory_code;questionnaire_version;{_share(world)}\n"
        rows += f"commune;{GUERET};1;{share}\n"
        answer = cast.aicha.posts(
            "/console/saisie/fichier",
            theme=CYBER,
            wave_id=world.wave_id,
            file=(io.BytesIO(rows.encode()), "reponses.csv"),
        )
        page = answer.get_data(as_text=True)
        assert "ses réponses ne se relisent pas" in page
        told.add(re.sub(r'(value|content|name)="[^"]*"', "", page))
    assert len(told) == 1


def test_no_table_but_those_of_answers_holds_what_was_asked_or_said(
    world: World, cast: Cast, scene: Scene
) -> None:
    """Neither a message, nor a trace, nor a job, nor the history of the case."""
    codes = hands_in(world)
    reopen(world.db, world.respondent(GUERET), CYBER, now=world.days_pass(0.001))

    for code in codes:
        assert set(world.tables_that_hold(rf"\y{code}\y")) <= KEEP_ANSWERS, code
    with world.db.reading() as session:
        jobs = session.execute(text("SELECT args::text FROM procrastinate_jobs")).scalars().all()
    assert not any(code in job for code in codes for job in jobs)


def _share(world: World) -> str:
    asked = opens(world, world.respondent(GUERET), CYBER).questionnaire.questions
    return next(question.code for question in asked if question.kind == "percentage")
