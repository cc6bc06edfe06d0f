"""Alembic's environment: one migration at a time, and never a long wait on a lock."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

# Any number will do, as long as nobody else takes it: "barometre" in the house.
ADVISORY_LOCK = 8_226_001


def run(connection: Connection) -> None:
    """Migrate on the given connection, alone."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    connection.execute(text("SET LOCAL lock_timeout = '1s'"))
    context.configure(connection=connection, version_table_schema="public")
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
