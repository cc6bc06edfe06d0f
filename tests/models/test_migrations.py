"""The migrations and the models say the same, down to triggers, checks and rights."""

from __future__ import annotations

import difflib
import re
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from app.migrations.apply import prepare, upgrade
from app.models.every import Base
from tests.conftest import Cluster


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    name = f"schema_{uuid.uuid4().hex[:12]}"
    prepare(cluster.owner(name))
    yield name
    cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def dumped(cluster: Cluster, name: str) -> list[str]:
    """The schema of a database as pg_dump writes it, procrastinate's own part left out."""
    url = make_url(cluster.owner(name)).set(drivername="postgresql")
    program = cluster.server.bin("pg_dump") if cluster.server else Path("pg_dump")
    written = subprocess.run(
        [program, "--schema-only", "--no-owner", "--exclude-table=procrastinate_*",
         "--exclude-table=alembic_version", url.render_as_string(hide_password=False)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    kept = [
        block
        for block in re.split(r"\n--\n", written)
        if "procrastinate" not in block and "restrict" not in block.split("\n")[0]
    ]
    lines = "\n".join(kept).splitlines()
    return [
        line for line in lines if line and not line.startswith(("--", "\\restrict", "\\unrestrict"))
    ]


def test_the_models_and_the_migrations_make_the_same_schema(
    cluster: Cluster, database: str
) -> None:
    upgrade(cluster.owner(database))
    migrated = dumped(cluster, database)

    other = f"{database}_models"
    prepare(cluster.owner(other))
    engine = create_engine(cluster.owner(other))
    try:
        with engine.begin() as connection:
            Base.metadata.create_all(connection)
        modelled = dumped(cluster, other)
    finally:
        engine.dispose()
        cluster.execute(f"DROP DATABASE {other} WITH (FORCE)")

    assert len(migrated) > 500
    assert "\n".join(difflib.unified_diff(migrated, modelled, "migrations", "models", n=1)) == ""


def test_upgrading_twice_applies_nothing_the_second_time(cluster: Cluster, database: str) -> None:
    assert upgrade(cluster.owner(database)) == [
        "0001",
        "0002",
        "0003",
        "0004",
        "0005",
        "0006",
        "0007",
        "0008",
    ]
    assert upgrade(cluster.owner(database)) == []
