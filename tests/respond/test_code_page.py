"""A letter's code, typed by hand; and a thousand codes typed by somebody who has none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app.links.codes import ALPHABET, BODY, check_character, code_of, letter_link, shown
from app.links.guesses import ALLOWANCES, What
from app.links.make import revoke
from app.now import set_offset
from tests.respond.conftest import GUERET
from tests.web.rendering import Page
from tests.world import START, World

ALLOWED = ALLOWANCES[What.CODE]


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def letter(world: World) -> str:
    """The code printed on Guéret's letter."""
    with world.db.transaction() as session:
        link_id = letter_link(session, world.signer, world.territory(GUERET).id, now=world.now)
        return code_of(session, world.signer, link_id, now=world.now)


def types(visitor: FlaskClient, code: str, where: str = "192.0.2.1") -> TestResponse:
    return visitor.post("/code", data={"code": code}, environ_base={"REMOTE_ADDR": where})


def told(answer: TestResponse) -> str:
    """The page without what was typed, which it repeats."""
    return re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True))


def made_up(number: int) -> str:
    """A code that is well spelt and opens nothing."""
    body = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(BODY))
    return shown(body + check_character(body))


def time_passes(minutes: float) -> None:
    set_offset(START - datetime.now(UTC) + timedelta(minutes=minutes))


def test_the_page_asks_for_one_thing(visitor: FlaskClient, world: World) -> None:
    before = world.counts()
    page = Page(visitor.get("/code").get_data(as_text=True))

    assert [name for _, name, _ in page.fields] == ["code"]
    assert page.named("h1") == ["Ouvrir le questionnaire avec un code"]
    assert world.counts() == before


def test_a_good_code_leads_to_the_questionnaires(visitor: FlaskClient, letter: str) -> None:
    answer = types(visitor, f"  {letter.lower().replace('-', ' ')} ")

    assert answer.status_code == 303
    page = visitor.get(answer.location)
    assert page.status_code == 200
    assert "Guéret" in page.get_data(as_text=True)


def test_a_wrong_code_is_told_beside_the_field_and_kept(visitor: FlaskClient) -> None:
    answer = types(visitor, '7kq4 m2xp <b>"')

    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert ("input", "code", '7kq4 m2xp <b>"') in page.fields
    assert "code-error" in page.described
    assert "code" in page.pointed
    assert "m2xp <b>" not in answer.get_data(as_text=True)


def test_nothing_typed_says_what_to_type(visitor: FlaskClient) -> None:
    answer = types(visitor, " ")

    assert answer.status_code == 400
    assert "Écrivez le code imprimé" in told(answer)


def test_misspelt_unknown_and_revoked_codes_get_the_same_page(
    visitor: FlaskClient, letter: str, world: World
) -> None:
    with world.db.transaction() as session:
        link_id = letter_link(session, world.signer, world.territory(GUERET).id, now=world.now)
        revoke(session, link_id, because="staff", now=world.now)

    answers = [types(visitor, code) for code in (letter, made_up(1), "7KQ4-M2XP-D", "bonjour")]

    assert {answer.status_code for answer in answers} == {400}
    assert len({told(answer) for answer in answers}) == 1


def test_a_thousand_wrong_codes_open_nothing_and_learn_nothing(
    visitor: FlaskClient, letter: str
) -> None:
    answers = [types(visitor, made_up(number * 7919)) for number in range(1000)]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [400] * ALLOWED.from_one + [429] * (1000 - ALLOWED.from_one)
    assert not any("/r/" in told(answer) or answer.location for answer in answers)
    wrong, slowed = answers[: ALLOWED.from_one], answers[ALLOWED.from_one :]
    assert len({told(answer) for answer in wrong}) == 1
    assert all("Attendez" in told(answer) for answer in slowed)
    # The good code among them is not even looked up, and is answered like the rest.
    among = types(visitor, letter)
    assert among.status_code == 429
    assert told(among) == told(types(visitor, "x"))

    time_passes(16)
    assert types(visitor, letter).status_code == 303


def test_a_neighbour_is_not_slowed(visitor: FlaskClient, letter: str) -> None:
    for number in range(ALLOWED.from_one + 1):
        types(visitor, made_up(number))

    assert types(visitor, letter, "192.0.2.2").status_code == 303


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(typed=st.text(max_size=100), where=st.ip_addresses(v=4).map(str))
def test_whatever_is_typed_is_answered(visitor: FlaskClient, typed: str, where: str) -> None:
    """From one network after another: else all but ten would be sent away unread."""
    assert types(visitor, typed, where).status_code in (400, 429)


def test_a_form_of_another_site_is_refused(visitor: FlaskClient, letter: str) -> None:
    answer = visitor.post(
        "/code", data={"code": letter}, headers={"Origin": "https://ailleurs.example"}
    )

    assert answer.status_code == 403
