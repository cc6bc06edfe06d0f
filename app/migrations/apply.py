"""Prepare a cluster's roles, and bring a database to the newest schema."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.models.database_rules import APP, READER

HERE = Path(__file__).parent


def prepare(owner_url: str) -> None:
    """Create the roles and the database when missing; the owner must be allowed to.

    Roles belong to the cluster, so no migration makes them. They may log in; a production gives
    each a password (`ALTER ROLE … PASSWORD`), the embedded server trusts its private socket.
    """
    url = make_url(owner_url)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # Two processes may prepare one cluster at once: the second waits, then finds all done.
        connection.execute(text("SELECT pg_advisory_lock(8226002)"))
        existing = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
        for role in (APP, READER):
            if role not in existing:
                connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        found = connection.execute(
            text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": url.database}
        ).scalar()
        if not found:
            quoted = engine.dialect.identifier_preparer.quote(url.database or "barometre")
            connection.execute(text(f"CREATE DATABASE {quoted} ENCODING 'UTF8' TEMPLATE template0"))
        connection.execute(text("SELECT pg_advisory_unlock(8226002)"))
    engine.dispose()


def upgrade(owner_url: str, announce: Callable[[str], None] = lambda _: None) -> list[str]:
    """Apply every pending migration in one transaction each; the revisions that were applied."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    engine = create_engine(owner_url)
    applied: list[str] = []
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        before = _current(
            connection.execute(text("SELECT to_regclass('public.alembic_version')")).scalar(),
            connection,
        )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    for script in scripts.iterate_revisions("head", before or "base"):
        applied.append(script.revision)
    engine.dispose()
    applied.reverse()
    for revision in applied:
        announce(revision)
    return applied


def _current(version_table: object, connection: object) -> str | None:
    if version_table is None:
        return None
    result = connection.execute(text("SELECT version_num FROM alembic_version"))  # type: ignore[attr-defined]
    found: str | None = result.scalar()
    return found
