"""The people of the console's tests, and what each does in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from app.auth.users import create_user
from app.db import Database
from app.models.organisations import Organisation, OrganisationTerritory
from app.vocabulary.scope import Author, Role, Scope
from tests.world import World

PASSWORD = "quatre mots sans lien"
BRUNOS = ("23096", "23008", "23076", "23029")
DENISS = ("23176", "23002")
CHLOES = ("87085", "87154", "87001")


@dataclass
class Person:
    """Somebody with a browser; who has a scope is signed in as soon as they use it."""

    app: Flask
    email: str = ""
    scope: Scope | None = None
    _token: str = ""

    @cached_property
    def browser(self) -> FlaskClient:
        opened = self.app.test_client()
        if self.scope is not None:
            form = {"csrf_token": _token_of(opened), "email": self.email, "password": PASSWORD}
            assert opened.post("/console/entrer", data=form).status_code == 302
        return opened

    def signs_in(self, password: str = PASSWORD) -> TestResponse:
        return self.posts("/console/entrer", email=self.email, password=password)

    def gets(self, path: str, **query: Any) -> TestResponse:
        return self.browser.get(path, query_string=query or None)

    def reads(self, path: str, **query: Any) -> str:
        """What the page says; it must be there."""
        answer = self.gets(path, **query)
        assert answer.status_code == 200, (path, answer.status_code, answer.location)
        return answer.get_data(as_text=True)

    def posts(self, path: str, **form: Any) -> TestResponse:
        answer = self.browser.post(path, data={"csrf_token": self.token(), **form})
        self._token = "" if path in ("/console/entrer", "/console/sortir") else self._token
        return answer

    def token(self) -> str:
        """The token of a form that this browser was shown."""
        self._token = self._token or _token_of(self.browser)
        return self._token


def _token_of(browser: FlaskClient) -> str:
    page = browser.get("/console/suivi/", follow_redirects=True).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@dataclass
class Cast:
    """Aïcha sees all; Bruno and Denis have different members in the Creuse; Chloé is next door."""

    aicha: Person
    nadia: Person
    bruno: Person
    denis: Person
    chloe: Person
    reader: Person
    nobody: Person


def gather(world: World, app: Flask) -> Cast:
    """Everybody has an account, but nobody."""
    for name, codes in (
        ("Creuse numérique", BRUNOS),
        ("Évolis 23", DENISS),
        ("Haute-Vienne numérique", CHLOES),
    ):
        _organisation(world, name, codes)

    def person(name: str, role: Role, organisation: str | None = None) -> Person:
        email = f"{name.lower()}@console.invalid"
        user = create_user(
            world.db,
            email,
            name.capitalize(),
            role,
            organisation,
            PASSWORD,
            by=Author.system(),
            now=world.now,
        )
        return Person(app, email, Scope(user, role, _id(world.db, organisation)))

    return Cast(
        aicha=person("aicha", Role.ADMINISTRATOR),
        nadia=person("nadia", Role.NATIONAL),
        bruno=person("bruno", Role.OPSN, "Creuse numérique"),
        denis=person("denis", Role.OPSN, "Évolis 23"),
        chloe=person("chloe", Role.OPSN, "Haute-Vienne numérique"),
        reader=person("rene", Role.READER, "Creuse numérique"),
        nobody=Person(app),
    )


def _organisation(world: World, name: str, codes: tuple[str, ...]) -> None:
    members = [world.territory(code).id for code in codes]
    with world.db.transaction() as session:
        organisation = Organisation(name=name, national=False)
        session.add(organisation)
        session.flush()
        session.execute(
            insert(OrganisationTerritory),
            [
                {"organisation_id": organisation.id, "territory_id": member, "may_chase": True}
                for member in members
            ],
        )


def _id(db: Database, name: str | None) -> int | None:
    if name is None:
        return None
    with db.reading() as session:
        return session.scalar(select(Organisation.id).where(Organisation.name == name))
