"""Answers sent one by one by a page's script, and what the page learns of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.collect.open import opened
from app.collect.submit import submit
from app.links.make import revoke
from app.models.cases import AnswerEvent
from app.vocabulary.scope import Author, Respondent
from tests.collect.answers import answers_all, says
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World

PLACES = "/inclusion/section/places"
ENDED = text("UPDATE waves SET opens_at = :now - interval '90 days', ends_at = :now")


@dataclass
class Script:
    """What a page's script does: it remembers what it saw, and gives each sending a name."""

    browser: Browser
    section: str = PLACES
    n_sent: int = 0

    def answers(self, code: str, *values: str, seen: str = "", **more: Sequence[str]) -> Any:
        """Send one answer; `more` are other fields, with `__` for the dot."""
        return self.sends({code: list(values), f"{code}.seen": [seen]} | _dotted(more)).get_json()

    def sends(self, fields: dict[str, list[str]], nonce: str | None = None) -> TestResponse:
        self.n_sent += 1
        named = {"nonce": [nonce or f"sending{self.n_sent:05}"], **fields}
        return self.browser.client.post(
            f"/r/{self.browser.token}{self.section}/reponse",
            data=named,
            headers={"Accept": "application/json"},
        )

    def looks(self, mark: str = "") -> TestResponse:
        return self.browser.client.get(
            f"/r/{self.browser.token}{self.section}/etat",
            headers={"Accept": "application/json", "If-None-Match": f'"{mark}"'},
        )


def _dotted(more: dict[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name.replace("__", "."): list(values) for name, values in more.items()}


def of(told: Any, code: str) -> Any:
    (found,) = [one for one in told["questions"] if one["code"] == code]
    return found


def colleague(world: World, secretary: Browser) -> Respondent:
    world.contact(GUERET, "julie@gueret.invalid", "Julie Lamy")
    secretary.presses("/confier", theme="inclusion", email="julie@gueret.invalid")
    (link,) = [one for one in world.links(GUERET) if one.purpose == "delegate"]
    return replace(world.respondent(GUERET), author=Author.link(link.id), link_id=link.id)


@pytest.fixture
def script(secretary: Browser) -> Script:
    return Script(secretary)


def test_an_answer_is_saved_and_told_with_who_and_when(script: Script, world: World) -> None:
    told = script.answers("mediation_place", "no")

    one = of(told, "mediation_place")
    assert told["fates"] == {"mediation_place": "kept"}
    assert re.fullmatch("Enregistrée par vous, à 10\u00a0h(\u00a0[0-9]{2})?", one["saved"])
    kept = world.response(GUERET, "inclusion").answers["mediation_place"]
    assert (kept["value"], str(kept["event"])) == ("no", one["event"])
    assert (told["answered"], one["raw"]) == (1, ["no"])
    assert f"1 question sur {told['asked']}" in told["progress"]
    assert "1 question sur" in told["sections"]
    assert f'value="{one["event"]}"' in one["html"]


def test_one_may_change_ones_mind_and_change_it_back(script: Script, world: World) -> None:
    seen = ""
    for value in ("yes", "no", "yes"):
        told = script.answers("mediation_place", value, seen=seen)
        assert told["fates"] == {"mediation_place": "kept"}
        seen = of(told, "mediation_place")["event"]

    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "yes"
    with world.db.reading() as session:
        assert len(session.scalars(select(AnswerEvent)).all()) == 3


def test_a_sending_that_comes_twice_is_written_once(script: Script, world: World) -> None:
    fields = {"referral": ["no"], "referral.seen": [""]}

    told = [script.sends(fields, nonce="the-same-one").get_json()["fates"] for _ in range(2)]

    assert told == [{"referral": "kept"}, {"referral": "unchanged"}]


def test_a_question_that_an_answer_brings_comes_with_its_markup(script: Script) -> None:
    told = script.answers("mediation_place", "yes", shown=["mediation_place,referral"])

    codes = [one["code"] for one in told["questions"]]
    assert codes == ["mediation_place", "mediation_place_kinds", "mediation_services", "referral"]
    assert 'id="question-mediation_services"' in of(told, "mediation_services")["html"]
    assert of(told, "referral")["html"] == ""
    assert of(told, "referral")["number"] == 4


def test_an_answer_to_mend_is_told_beside_its_field(secretary: Browser, world: World) -> None:
    script = Script(secretary, "/cybersecurite/section/people")

    told = script.answers("staff_trained", "120")

    one = of(told, "staff_trained")
    assert told["fates"] == {"staff_trained": "refused"}
    assert "entre 0 et 100" in one["error"]
    assert one["raw"] == ["120"]
    assert 'aria-describedby="staff_trained-hint staff_trained-error"' in one["html"]
    assert 'aria-invalid="true"' in one["html"]
    assert world.response(GUERET, "cybersecurite").answers == {}


def test_two_people_at_once_and_one_chooses(
    script: Script, secretary: Browser, world: World
) -> None:
    julie = colleague(world, secretary)
    says(world, julie, {"mediation_place": "planned"}, source="form:julie")

    told = script.answers("mediation_place", "no")

    one = of(told, "mediation_place")
    assert told["fates"] == {"mediation_place": "conflict"}
    assert one["conflict"]["opening"] == "Julie Lamy vient de répondre"
    assert one["conflict"]["counted_by"].startswith("Julie Lamy, à 10")
    assert one["conflict"]["mine_raw"] == ["no"]
    assert 'name="mediation_place.keep"' in one["html"]

    chosen = script.sends(
        {
            "mediation_place.keep": ["mine"],
            "mediation_place.mine": one["conflict"]["mine_raw"],
            "mediation_place.seen": [one["event"]],
        }
    ).get_json()
    assert chosen["fates"] == {"mediation_place": "kept"}
    assert 'name="mediation_place.keep"' not in of(chosen, "mediation_place")["html"]
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def test_the_answer_that_counts_is_kept_when_one_chooses_it(script: Script, world: World) -> None:
    says(world, world.respondent(GUERET), {"mediation_place": "planned"}, source="term:1")
    event = of(script.answers("mediation_place", "no"), "mediation_place")["event"]

    told = script.sends(
        {"mediation_place.keep": ["counted"], "mediation_place.seen": [event]}
    ).get_json()

    assert told["fates"] == {}
    assert "Enregistrée par vous" in of(told, "mediation_place")["html"]
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "planned"


def test_looking_costs_nothing_until_somebody_answers(
    script: Script, secretary: Browser, world: World
) -> None:
    julie = colleague(world, secretary)
    (mark,) = re.findall('data-mark="([^"]+)"', secretary.opens(PLACES).get_data(as_text=True))
    assert script.looks(mark).status_code == 304
    assert script.looks(mark).get_data() == b""

    says(world, julie, {"referral": "yes"}, source="form:julie")
    told = script.looks(mark)

    one = of(told.get_json(), "referral")
    assert (told.status_code, one["raw"], one["by"]) == (200, ["yes"], "Julie Lamy")
    assert one["news"] == "Julie Lamy vient de répondre à la question\u00a02."
    assert script.looks(told.get_json()["mark"]).status_code == 304


def test_looking_changes_nothing(script: Script, world: World) -> None:
    before = world.counts()

    assert script.looks().status_code == 200

    assert world.counts() == before


def test_a_wave_that_ended_is_told_in_the_same_words(script: Script, world: World) -> None:
    with world.db.transaction() as session:
        session.execute(ENDED, {"now": world.now})

    for told in (script.sends({"referral": ["no"], "referral.seen": [""]}), script.looks()):
        assert told.status_code == 410
        assert "Cette vague s’est terminée le" in told.get_json()["sentence"]
    assert world.response(GUERET, "inclusion").answers == {}


def test_a_theme_sent_meanwhile_is_told_and_shows_nothing(secretary: Browser, world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who, "cybersecurite")
    submit(world.db, who, "cybersecurite", world.letterhead, now=world.now)
    script = Script(secretary, "/cybersecurite/section/people")

    for told in (
        script.sends({"felt_exposure": ["much"], "felt_exposure.seen": [""]}),
        script.looks(),
    ):
        assert told.status_code == 409
        assert list(told.get_json()) == ["sentence"]
        assert "Ce thème est déjà envoyé" in told.get_json()["sentence"]


def test_a_revoked_link_saves_nothing(script: Script, world: World) -> None:
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)

    told = script.sends({"referral": ["no"], "referral.seen": [""]})

    assert told.status_code == 410
    assert told.get_json()["sentence"].endswith(".")
    assert script.looks().status_code == 410


def test_what_is_no_sending_of_ours_is_refused_in_words(script: Script, world: World) -> None:
    for fields in (
        {"nonce": ["é"], "referral.seen": [""]},
        {"nope": ["1"], "nope.seen": [""]},
        {"referral": ["\x00"], "referral.seen": ["'"]},
    ):
        told = script.sends(fields)
        assert told.status_code < 500
        assert told.get_json()
    assert world.response(GUERET, "inclusion").answers == {}


def test_private_and_kept_by_nobody(script: Script) -> None:
    for told in (script.sends({}), script.looks()):
        assert told.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in told.headers


def test_a_reopened_cybersecurity_theme_starts_blank_for_the_script_too(
    secretary: Browser, world: World
) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who, "cybersecurite")
    submit(world.db, who, "cybersecurite", world.letterhead, now=world.now)
    secretary.presses("/cybersecurite/rouvrir")

    told = Script(secretary, "/cybersecurite/section/people").looks().get_json()

    assert {tuple(one["raw"]) for one in told["questions"]} <= {(), ("",)}
    assert {one["saved"] for one in told["questions"]} == {""}


def test_an_answer_is_emptied_by_a_button_without_a_script(
    secretary: Browser, world: World
) -> None:
    secretary.opens(PLACES)
    assert "Effacer ma réponse" not in secretary.text
    secretary.fills({"mediation_place": "no"}, go="stay")
    secretary.opens(PLACES)
    assert secretary.text.count("Effacer ma réponse") == 1

    secretary.fills({"referral": "yes"}, go="clear:mediation_place")

    assert secretary.page.request.path.endswith(PLACES)
    assert "mediation_place" not in secretary.form.fields
    assert secretary.form.fields["referral"] == ["yes"]
    who = world.respondent(GUERET)
    with world.db.reading() as session:
        seen = opened(session, who, "inclusion", now=world.now)
    assert dict(seen.path.counted) == {"referral": "yes"}


def test_an_unknown_button_is_taken_for_the_next_page(secretary: Browser) -> None:
    secretary.opens(PLACES)
    for go in ("clear:", "clear:nope", "take:nope", "nope:nope", "next:nope"):
        secretary.opens(PLACES)
        secretary.fills({}, go=go)
        assert secretary.page.status_code == 200, go


def test_the_page_names_its_script_and_does_not_name_its_link(
    secretary: Browser, site: Flask
) -> None:
    secretary.opens(PLACES)

    scripts = re.findall('<script type="module" src="([^"]+)"', secretary.text)
    assert [site.test_client().get(script).status_code for script in scripts] == [200, 200]
    (kept_under,) = re.findall('data-kept-under="([^"]+)"', secretary.text)
    assert secretary.token[:6] not in kept_under
