"""The database is away, then back: what a respondent sees of it."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from app import db
from app.db import Database
from app.main import create_app
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World

NOWHERE = "postgresql+psycopg://someone:secret-word@127.0.0.1:1/nothing"
LEAKS = ("psycopg", "secret-word", "someone", "127.0.0.1:1", "nothing", "Traceback", "SELECT")


def test_without_a_database_the_site_says_to_come_back(
    world: World, clock: None, caplog: pytest.LogCaptureFixture
) -> None:
    away = Database(NOWHERE)
    site = create_app(replace(world.house, db=away, published=away))
    token = world.answer_link(GUERET)

    with caplog.at_level(logging.DEBUG):
        page = Browser(site, token).page
        sent = site.test_client().post(f"/r/{token}/inclusion/envoyer")

    for told in (page, sent):
        assert told.status_code == 503
        assert told.headers["Cache-Control"] == "no-store"
        words = told.get_data(as_text=True)
        assert 'lang="fr"' in words
        assert "Le site revient dans un instant" in words
        assert "Vos réponses déjà enregistrées sont gardées" in words
        assert [leak for leak in LEAKS if leak in words] == []
    assert [leak for leak in (*LEAKS[1:4], token) if leak in caplog.text] == []


def test_a_database_that_comes_back_is_answered_from_at_once(
    world: World, secretary: Browser
) -> None:
    cut(world)

    assert secretary.opens("/inclusion").status_code == 200
    secretary.fills({"mediation_place": "no"})
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def test_a_connection_lost_without_a_word_is_replaced_after_a_rest(
    world: World, secretary: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that vanished, or a proxy that forgot: nothing shows on the socket."""
    monkeypatch.setattr(db, "_silent", lambda _connection: True)
    monkeypatch.setattr(db, "RESTED", 0.0)
    cut(world)

    assert secretary.opens("/inclusion").status_code == 200
    secretary.fills({"mediation_place": "no"})
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def cut(world: World) -> None:
    """Every connection to the database is ended, as when PostgreSQL restarts; ended when back.

    PostgreSQL waits for each: one that is still ending would take the next statement and fail it.
    """
    owner = create_engine(world.owner_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(_CUT)
    owner.dispose()


_CUT = text(
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
