"""The console's forms about answers, requests and questionnaires, with whatever can be forged.

The list is held against the application's own routes: a form added to one of these three desks is
tried tomorrow, or the first test here says so. The entry's screens themselves are tried deeper in
`test_entry_forged`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from app.collect.requests import ask_help
from app.links.codes import code_of, letter_link
from app.models.campaigns import QuestionnaireVersion
from app.models.contacts import Address
from app.models.requests import Request
from app.vocabulary.requests import RequestKind, RequestState
from tests.admin.cast import DENISS, Cast
from tests.admin.scene import GUERET, Scene
from tests.admin.test_entry_forged import FORMS as ASKED
from tests.admin.test_entry_forged import (
    ODD,
    QUIET,
    blank_again,
    kept,
    only_answers_to_our_questions,
)
from tests.admin.test_questionnaires import version
from tests.admin.test_requests import turned_away
from tests.collect.renewals import asks
from tests.world import FIRST_THEMES, World

DESKS = ("/console/saisie/", "/console/demandes/", "/console/questionnaires/")
PLACE = ("territory_id", "theme", "channel")
FORMS: Mapping[str, tuple[str, ...]] = {
    "/console/saisie/code": ("code",),
    "/console/saisie/commencer": PLACE,
    "/console/saisie/envoyer": PLACE,
    "/console/saisie/fichier": ("theme", "wave_id", "submit", "replace", "digest", "file"),
    "/console/saisie/papier": ("territory_id", "theme"),
    "/console/saisie/rouvrir": PLACE,
    "/console/saisie/section": (*PLACE, "section", "nonce", "go"),
    "/console/saisie/tard": PLACE,
    "/console/demandes/accepter": ("request_id", "replaces"),
    "/console/demandes/refuser": ("request_id",),
    "/console/demandes/regler": ("request_id", "state"),
    "/console/demandes/retablir": ("request_id",),
    "/console/questionnaires/emettre/": ("questionnaire_id", "confirmed"),
}
"""Each form's address, and the names of its fields."""
WAITING = ("help", "new_link", "not_ours")
"""What waits before each example; the number of a request is put in the place of its kind."""
ABOUT = {"accepter": "new_link", "refuser": "new_link", "regler": "help", "retablir": "not_ours"}
FILE = f"territory_kind;territory_code;questionnaire_version;mediation_place\ncommune;{GUERET};1;no"


@pytest.fixture
def right(world: World, cast: Cast, scene: Scene) -> dict[str, list[str]]:
    """What is rightly sent, by the name of its field: several where several are."""
    with world.db.transaction() as session:
        letter = letter_link(session, world.signer, scene.territory_id, now=world.now)
        code = code_of(session, world.signer, letter, now=world.now)
    neighbour = world.territory(DENISS[0]).id
    drafts = [str(version(world, theme)) for theme in ("inclusion", "strategie", "donnee")]
    return {
        "territory_id": [str(scene.territory_id), str(neighbour)],
        "theme": [*FIRST_THEMES, "strategie"],
        "channel": ["phone", "paper", "web"],
        "section": [section.code for form in ASKED.values() for section in form.sections],
        "nonce": ["0123456789ab"],
        "go": ["next", "back", "stay"],
        "code": [code, code.lower(), "7KQ4-M2XP-D"],
        "wave_id": [str(world.wave_id), "999999999"],
        "submit": ["yes"],
        "replace": ["yes"],
        "digest": ["", hashlib.sha256(FILE.encode()).hexdigest()],
        "file": [FILE, f"{FILE}\n{FILE}", "x;y\n1;2"],
        "request_id": list(WAITING),
        "replaces": ["", "1", "2"],
        "state": ["refused", "done"],
        "questionnaire_id": drafts,
        "confirmed": ["yes", ""],
    }


def test_every_form_of_these_desks_is_tried_here(app: Flask) -> None:
    found = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.rule.startswith(DESKS)
    }
    lists = {f"{desk}ajax/update/" for desk in DESKS} | {f"{desk}action/" for desk in DESKS}
    assert found - lists == set(FORMS)


def somebody_asks(world: World) -> None:
    """Each kind of request waits again; nothing is answered."""
    blank_again(world)
    with world.db.transaction() as session:
        for statement in (
            "DELETE FROM requests",
            "DELETE FROM guesses",
            "UPDATE contacts SET stopped_at = NULL",
        ):
            session.execute(text(statement))
    with world.db.reading() as session:
        n_known = session.scalar(select(func.count()).select_from(Address))
    ask_help(world.db, world.respondent(GUERET), "inclusion", "Comment faire ?", now=world.now)
    asks(world, email=f"dgs{n_known}@gueret.invalid")  # whom an earlier yes made known is another
    turned_away(world)


def waiting(world: World) -> dict[str, str]:
    """The number of each request, by kind."""
    with world.db.reading() as session:
        return {one.kind: str(one.id) for one in session.scalars(select(Request))}


def test_a_form_rightly_filled_is_taken(
    world: World, cast: Cast, right: dict[str, list[str]]
) -> None:
    """Else the test below would try nothing but refusals."""
    told = {}
    for form, names in FORMS.items():
        somebody_asks(world)
        fields: dict[str, Any] = {name: right[name][0] for name in names if right[name][0]}
        if "file" in fields:
            fields["file"] = (io.BytesIO(FILE.encode()), "reponses.csv")
        if "request_id" in fields:
            fields["request_id"] = waiting(world)[ABOUT[form.rpartition("/")[2]]]
        told[form.removeprefix("/console/")] = cast.aicha.posts(form, **fields).status_code
    assert {form for form, status in told.items() if status >= 400} == {
        "saisie/envoyer",  # nothing was answered
        "saisie/tard",  # the wave has not ended
    }


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_whatever_is_sent_to_a_desk_nothing_breaks_and_only_what_is_ours_is_kept(
    world: World, cast: Cast, right: dict[str, list[str]], form: str, data: st.DataObject
) -> None:
    somebody_asks(world)
    numbers = waiting(world)
    own = {
        name: st.lists(st.sampled_from(right[name]) | ODD, min_size=1, max_size=2)
        for name in FORMS[form]
    }
    fields: dict[str, Any] = data.draw(st.fixed_dictionaries({}, optional=own))
    person = data.draw(st.sampled_from((cast.bruno, cast.aicha)))
    before = issued(world)
    if "request_id" in fields:
        fields["request_id"] = [numbers.get(one, one) for one in fields["request_id"]]
    if "file" in fields:
        content = fields["file"][0].encode(errors="replace")
        fields["file"] = (io.BytesIO(content), "reponses.csv")

    status = person.posts(form, **sendable(fields)).status_code

    assert status < 500
    assert only_answers_to_our_questions(world)
    if person is cast.bruno:
        assert all(kept(world, theme, code) == {} for theme in FIRST_THEMES for code in DENISS)
    new = issued(world) - before
    assert not new or (form.endswith("/emettre/") and fields["confirmed"][0] == "yes")
    with world.db.reading() as session:
        for one in session.scalars(select(Request)):
            assert one.kind in set(RequestKind)
            assert one.state in set(RequestState)


def issued(world: World) -> set[int]:
    with world.db.reading() as session:
        found = select(QuestionnaireVersion.id).where(QuestionnaireVersion.state == "issued")
        return set(session.scalars(found))


def sendable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Characters that no browser can send are replaced, as browsers do."""
    return {
        name: [one.encode(errors="replace").decode() for one in values]
        if isinstance(values, list)
        else values
        for name, values in fields.items()
    }
