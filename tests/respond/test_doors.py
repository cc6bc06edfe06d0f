"""What the addresses let in, what they say of themselves, and what opening them changes."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import Database
from app.links.chats import chats_of_link, tie
from app.links.make import revoke
from app.links.preferring import prefer
from app.logs import TOKEN
from app.vocabulary.scope import Channel
from app.web import app_state
from tests.collect.answers import answers_all, says
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World

PAGES = (
    "",
    "/inclusion",
    "/inclusion/section/places",
    "/inclusion/relire",
    "/inclusion/recu",
    "/inclusion/confie",
    "/inclusion/retirer",
    "/refuser",
    "/refuser?fait=oui",
    "/aide",
    "/contact",
    "/papier",
    "/pas-nous",
)


def test_opening_every_page_changes_nothing(secretary: Browser, world: World) -> None:
    """Mail scanners open links: only a POST may write."""
    says(world, world.respondent(GUERET), {"mediation_place": "no"}, source="form:one")
    stop = world.link("stop", GUERET)[1]
    before = world.counts()

    for page in PAGES:
        assert secretary.opens(page).status_code == 200, page
    secretary.goes(f"/stop/{stop}")
    assert "Ne plus m’écrire" in secretary.text

    assert world.counts() == before


@pytest.mark.parametrize("page", PAGES)
def test_a_page_under_a_link_is_kept_by_nobody(secretary: Browser, page: str) -> None:
    headers = secretary.opens(page).headers

    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    scripts = "script-src 'self'" if "<script" in secretary.text else None
    assert ("script-src" in policy) == (scripts is not None)
    assert scripts is None or f"{scripts}; connect-src 'self'" in policy
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_no_inline_script_and_no_inline_style(secretary: Browser, page: str) -> None:
    secretary.opens(page)

    assert secretary.text.count("<script") == secretary.text.count('<script type="module" src="/')
    assert "style=" not in secretary.text
    assert "http://" not in secretary.text.replace("http://www.w3.org", "")


def altered(token: str, place: int) -> str:
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


@pytest.mark.parametrize("place", [0, 20, 30, 42])
def test_a_token_altered_by_one_character_opens_nothing(
    secretary: Browser, world: World, site: Flask, place: int
) -> None:
    stranger = Browser(site, altered(secretary.token, place))

    assert stranger.page.status_code == 404
    assert "Copiez-le en entier" in stranger.text
    assert "Guéret" not in stranger.text


def test_a_link_of_another_purpose_does_not_answer(world: World, site: Flask) -> None:
    for purpose in ("stop", "card"):
        assert Browser(site, world.link(purpose, GUERET)[1]).page.status_code == 404
    secretary = Browser(site, world.answer_link(GUERET))
    assert secretary.goes(f"/stop/{secretary.token}").status_code == 404


def test_a_revoked_link_says_to_ask_for_another(
    secretary: Browser, world: World, site: Flask
) -> None:
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)

    for page in PAGES:
        assert secretary.opens(page).status_code == 410
    assert "Demandez-en un nouveau" in secretary.text
    secretary.presses("/inclusion/section/places", nonce="abcdefgh", mediation_place="yes")
    assert secretary.page.status_code == 410
    assert world.response(GUERET, "inclusion").answers == {}


HOSTILE = ("' OR 1=1 --", "<script>alert(1)</script>", "\x00", "é" * 5000, "../../etc/passwd", "%s")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_refused_or_escaped(secretary: Browser, world: World, words: str) -> None:
    action = "/inclusion/section/places"
    for fields in (
        {"nonce": "abcdefgh", "mediation_place.seen": words, "mediation_place": words},
        {"nonce": words, "mediation_place.seen": "", "mediation_place": "yes"},
        {"nonce": "abcdefgh", f"{words}.seen": "", words: "yes"},
        {
            "nonce": "abcdefgh",
            "mediation_place.seen": "9" * 30,
            "mediation_place": "no",
            "go": words,
        },
    ):
        secretary.presses(action, **fields)
        assert secretary.page.status_code < 500
        assert "<script>alert" not in secretary.text
    secretary.presses("/confier", theme=words, email=words)
    assert secretary.page.status_code < 500
    secretary.presses("/refuser", theme=words, reason=words)
    assert secretary.page.status_code < 500


@pytest.mark.parametrize("path", ["/nimporte", "/inclusion/section/nimporte", "/%00", "/é/relire"])
def test_an_address_that_is_none_is_not_a_breakdown(secretary: Browser, path: str) -> None:
    assert secretary.opens(path).status_code in (200, 404)


def test_too_long_a_form_is_refused(secretary: Browser) -> None:
    secretary.presses(
        "/inclusion/section/places", nonce="abcdefgh", mediation_place="x" * 2_000_000
    )

    assert secretary.page.status_code == 413


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_form_of_another_site_is_refused(
    secretary: Browser, headers: dict[str, str], status: int
) -> None:
    sent = secretary.client.post(
        f"/r/{secretary.token}/refuser", data={"reason": "no_time"}, headers=headers
    )

    assert sent.status_code == status


def test_in_production_only_the_public_address_sends_forms(world: World, site: Flask) -> None:
    settings = replace(
        world.settings, environment="production", public_url="https://barometre.example"
    )
    app_state.install(site, replace(world.house, settings=settings))
    token = world.answer_link(GUERET)

    for origin, status in (("https://barometre.example", 303), ("http://localhost", 403)):
        sent = site.test_client().post(
            f"/r/{token}/refuser", data={"reason": "no_time"}, headers={"Origin": origin}
        )
        assert sent.status_code == status
        assert "max-age" in sent.headers["Strict-Transport-Security"]


def test_the_stop_page_promises_what_it_does(world: World, site: Flask) -> None:
    """One secretary, two communes that were written to apart: one link, one of them."""
    world.contact(GUERET, "mairie@gueret.invalid")
    world.contact("23008", "mairie@gueret.invalid")
    token = world.link("stop", GUERET)[1]
    visitor = site.test_client()

    asked = visitor.get(f"/stop/{token}").get_data(as_text=True)
    done = visitor.post(f"/stop/{token}").get_data(as_text=True)

    for told in (asked, done):
        assert "au sujet de Guéret" in told
        assert "Aubusson" not in told


def test_the_stop_page_names_a_departement_as_one_says_it(world: World, site: Flask) -> None:
    world.contact("23", "dsi@creuse.invalid", kind="departement")
    token = world.link("stop", "23", "departement")[1]
    visitor = site.test_client()

    asked = visitor.get(f"/stop/{token}").get_data(as_text=True)
    done = visitor.post(f"/stop/{token}").get_data(as_text=True)
    again = visitor.get(f"/stop/{token}").get_data(as_text=True)

    for told in (asked, done, again):
        assert "au sujet de la Creuse" in told


def test_the_stop_page_says_that_a_preferred_conversation_falls_silent_too(
    world: World, site: Flask
) -> None:
    link_id = world.link("answer", GUERET)[0]
    address, visitor = f"/stop/{world.link('stop', GUERET)[1]}", site.test_client()
    assert "Telegram" not in visitor.get(address).get_data(as_text=True)
    with world.db.transaction() as session:
        chat_id = tie(session, Channel.TELEGRAM, "1", link_id, now=world.now)
        prefer(session, chat_id, link_id, now=world.now)

    asked = visitor.get(address).get_data(as_text=True)
    done = visitor.post(address).get_data(as_text=True)

    assert "Nos messages s’arrêtent aussi sur Telegram. Vous pourrez encore y répondre." in asked
    assert "ni vers votre conversation sur Telegram" in done
    with world.db.reading() as session:
        assert [one.preferred for one in chats_of_link(session, link_id)] == [False]


@pytest.mark.parametrize("multipart", [False, True])
def test_one_click_stops_the_messages(world: World, site: Flask, multipart: bool) -> None:
    """RFC 8058: posted by a mail program, in either encoding, without cookie or redirect."""
    token = world.link("stop", GUERET)[1]

    sent = site.test_client().post(
        f"/stop/{token}",
        data={"List-Unsubscribe": "One-Click"},
        content_type="multipart/form-data" if multipart else "application/x-www-form-urlencoded",
        headers={"Origin": "https://mail.example"},
    )

    assert sent.status_code == 200
    assert "mai…@gueret.invalid" in sent.get_data(as_text=True)
    assert "mairie@" not in sent.get_data(as_text=True)


def test_logs_hold_neither_token_nor_answer(
    secretary: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        secretary.opens("/inclusion")
        secretary.fills({"mediation_place": "planned"})
        secretary.presses("/confier", theme="inclusion", email="julie@gueret.invalid")

    assert "/r/<token>/<theme>" in caplog.text
    assert not TOKEN.search(caplog.text)
    assert "julie" not in caplog.text
    assert "planned" not in caplog.text


def test_a_breakdown_says_nothing_of_the_link(
    secretary: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    answers_all(world, world.respondent(GUERET))
    with world.db.transaction() as session:
        session.execute(_BROKEN)

    secretary.opens("/inclusion/relire")

    assert secretary.page.status_code == 500
    assert "L’erreur est de notre côté" in secretary.text
    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert logged
    assert all(secretary.token not in record.getMessage() for record in logged)


def test_health_says_the_database_and_its_schema(site: Flask) -> None:
    told = site.test_client().get("/healthz")

    assert told.status_code == 200
    assert told.get_json() == {"database": "ok", "migrations": "ok"}


def test_health_tells_a_database_without_tables_from_one_that_does_not_answer(
    site: Flask, world: World
) -> None:
    with Database(world.owner_url).transaction() as session:
        session.execute(text("DROP TABLE alembic_version"))

    told = site.test_client().get("/healthz")

    assert told.status_code == 503
    assert told.get_json() == {"database": "ok", "migrations": "behind"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/assets/skins/ours/skin.css", 200),
        ("/assets/skins/dsfr/extra.css", 200),
        ("/assets/fonts/atkinson-hyperlegible-next-latin-400-normal.woff2", 200),
        ("/assets/dsfr/core/core.main.min.css", 200),
        ("/assets/dsfr/fonts/Marianne-Regular.woff2", 200),
        ("/static/favicon.svg", 200),
        ("/assets/scripts/answer.js", 200),
        ("/assets/scripts/answer.js?v=old", 200),
        ("/assets/scripts/steady.js", 200),
        ("/assets/scripts/skin.py", 404),
        ("/assets/skins/ours/components.html", 404),
        ("/assets/skins/../templates/base.html", 404),
        ("/assets/dsfr/dsfr.module.min.js", 404),
        ("/assets/fonts/../package.json", 404),
    ],
)
def test_only_listed_assets_are_served(site: Flask, address: str, status: int) -> None:
    assert site.test_client().get(address).status_code == status


_BROKEN = text(
    "UPDATE responses SET answers = jsonb_set(answers, '{mediation_place,value}', '\"nonsense\"')"
    " WHERE answers ? 'mediation_place'"
)
