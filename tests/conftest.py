"""One server a machine, one template a schema, one database a test."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from app import embedded
from app.auth import passwords
from app.db import Database
from app.house import as_role, with_driver
from app.migrations.apply import prepare, upgrade
from app.models.database_rules import APP, READER
from app.settings import ROOT
from tests.shelf import Shelf
from tests.sink import Sink, running_sink
from tests.world import Ground, World, furnish

# A busy machine is no fault of what is tested: no test here is about time.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

DECOUPAGE = ROOT / "tests" / "fixtures" / "decoupage"


# Each test has a site of its own; the same templates need not be compiled for each.
COMPILED = ROOT / "var" / "templates"
COMPILED.mkdir(parents=True, exist_ok=True)
Flask.jinja_options = {
    **Flask.jinja_options,
    "bytecode_cache": FileSystemBytecodeCache(str(COMPILED)),
}

# Seven people with a password each, in every test of the console: as slow as the real thing should
# be, they took more time than all the rest.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class Cluster:
    """The PostgreSQL server that tests run on: ours, or the one DATABASE_URL names."""

    def __init__(self) -> None:
        given = os.environ.get("DATABASE_URL")
        self.server = (
            None if given else embedded.start(embedded.default_data(ROOT, "tests"), durable=False)
        )
        self._given = with_driver(given) if given else None
        self.maintenance: Engine = create_engine(
            self.owner("postgres"), isolation_level="AUTOCOMMIT", pool_size=1
        )

    def owner(self, database: str) -> str:
        if self.server is not None:
            return self.server.url(database)
        assert self._given is not None
        return make_url(self._given).set(database=database).render_as_string(hide_password=False)

    def url(self, database: str, role: str) -> str:
        if self.server is not None:
            return self.server.url(database, role)
        return as_role(self.owner(database), role)

    def execute(self, statement: str) -> None:
        with self.maintenance.connect() as connection:
            connection.execute(text(statement))

    def exists(self, database: str) -> bool:
        with self.maintenance.connect() as connection:
            found = connection.execute(
                text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": database}
            )
            return found.scalar() is not None

    def is_superuser(self) -> bool:
        with self.maintenance.connect() as connection:
            return connection.execute(text("SHOW is_superuser")).scalar() == "on"

    def close(self) -> None:
        self.maintenance.dispose()
        if self.server is not None:
            self.server.stop()


def _digest() -> str:
    """Of all that the template is made from: a change makes another template."""
    seen = hashlib.sha256()
    sources = [
        *sorted((ROOT / "app" / "migrations" / "versions").glob("*.*")),
        *sorted(DECOUPAGE.glob("*.json")),
        *sorted((ROOT / "app" / "panel").glob("*.py")),
        *sorted((ROOT / "app" / "questionnaires").glob("*.yaml")),
        *sorted((ROOT / "app" / "messages" / "templates").glob("*")),
        ROOT / "tests" / "world.py",
    ]
    for source in sources:
        if source.is_file():
            seen.update(source.read_bytes())
    return seen.hexdigest()[:12]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    opened = Cluster()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database with the small panel, made once by whichever worker comes first."""
    name = f"template_{_digest()}"
    shared = ROOT / "var"
    shared.mkdir(exist_ok=True)
    with (shared / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cluster.exists(name):
            making = f"making_{name}"
            cluster.execute(f"DROP DATABASE IF EXISTS {making}")
            prepare(cluster.owner(making))
            upgrade(cluster.owner(making))
            db = Database(cluster.url(making, APP))
            furnish(db, DECOUPAGE)
            db.close()
            cluster.execute(f"ALTER DATABASE {making} RENAME TO {name}")
    return name


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A real mail server on this machine, which keeps what it is given."""
    with running_sink() as running:
        yield running


@pytest.fixture(scope="session")
def shelf(cluster: Cluster, template: str) -> Iterator[Shelf]:
    kept = Shelf(cluster, template)
    yield kept
    kept.close()


@pytest.fixture
def ground(request: pytest.FixtureRequest, cluster: Cluster, shelf: Shelf) -> Iterator[Ground]:
    """A database of its own for one test, empty of campaigns."""
    name = shelf.take()
    made = Ground(cluster.owner(name), cluster.url(name, APP), cluster.url(name, READER))
    yield made
    made.close()
    # A process that outlives a slow test might still write to its database.
    shelf.give_back(again=request.node.get_closest_marker("slow") is None)


@pytest.fixture
def world(ground: Ground, sink: Sink) -> World:
    """The small panel, its people and a mail server: what most tests start from."""
    return World(ground, sink)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
