"""RFC 8058: a mail program posts to the stop link by itself, and asks for nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.messages.post import rows
from tests.world import World

GUERET = "23096"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
WEBMAIL = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
MULTIPART = "multipart/form-data"


def stopped(world: World) -> bool:
    return bool(rows(world, "SELECT FROM contacts WHERE stopped_at IS NOT NULL"))


@pytest.mark.parametrize("kind", [MULTIPART, "application/x-www-form-urlencoded"])
def test_it_stops_and_is_told_so_in_a_line(world: World, site: Flask, kind: str) -> None:
    address, program = f"/stop/{world.link('stop', GUERET)[1]}", site.test_client()

    answers = [
        program.post(address, data=ONE_CLICK, content_type=kind, headers=WEBMAIL) for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.get_data(as_text=True) for answer in answers} == {
        "Plus aucun message ne partira vers mai…@gueret.invalid.\n"
    }
    assert {answer.mimetype for answer in answers} == {"text/plain"}
    assert all("Location" not in answer.headers for answer in answers)
    assert all("Set-Cookie" not in answer.headers for answer in answers)
    assert stopped(world)


def test_looking_stops_nothing(world: World, site: Flask) -> None:
    address = f"/stop/{world.link('stop', GUERET)[1]}"

    for look in (site.test_client().get, site.test_client().head):
        assert look(address, headers=WEBMAIL).status_code == 200

    assert not stopped(world)


@pytest.mark.parametrize(
    "token", ["A" * 43, "trop-court", "%C3%A9" * 20], ids=["forged", "cut", "accented"]
)
def test_a_wrong_token_is_nobody_s(world: World, site: Flask, token: str) -> None:
    answer = site.test_client().post(f"/stop/{token}", data=ONE_CLICK, headers=WEBMAIL)

    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert not stopped(world)


@pytest.mark.parametrize("purpose", ["answer", "delegate"])
def test_another_link_s_token_stops_nothing(world: World, site: Flask, purpose: str) -> None:
    token = world.link(purpose, GUERET)[1]

    assert site.test_client().post(f"/stop/{token}", data=ONE_CLICK).status_code == 404
    assert not stopped(world)


OTHER_BODIES: dict[str, dict[str, Any]] = {
    "empty": {},
    "another value": {"List-Unsubscribe": "one-click"},
    "another field": {"unsubscribe": "One-Click"},
    "one field more": {**ONE_CLICK, "go": "1"},
    "the field twice": {"List-Unsubscribe": ["One-Click", "One-Click"]},
}


@pytest.mark.parametrize("body", OTHER_BODIES.values(), ids=OTHER_BODIES)
def test_another_site_cannot_post_anything_else(
    world: World, site: Flask, body: dict[str, Any]
) -> None:
    address = f"/stop/{world.link('stop', GUERET)[1]}"

    assert site.test_client().post(address, data=body, headers=WEBMAIL).status_code == 403
    assert not stopped(world)


def test_the_body_opens_no_other_door(world: World, site: Flask) -> None:
    token = world.link("answer", GUERET)[1]

    answer = site.test_client().post(f"/r/{token}/refuser", data=ONE_CLICK, headers=WEBMAIL)

    assert answer.status_code == 403


def test_a_person_still_gets_a_page(world: World, site: Flask) -> None:
    address = f"/stop/{world.link('stop', GUERET)[1]}"

    answer = site.test_client().post(address, headers={"Origin": "http://127.0.0.1:8000"})

    assert answer.mimetype == "text/html"
    assert stopped(world)
