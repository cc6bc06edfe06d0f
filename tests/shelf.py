"""Databases that tests use one after the other, each finding its own as if it were new.

Making a database costs more than most tests: hundreds of files are copied, then removed. So one
that a test has used is cleaned and used again. Where cleaning could leave a trace (a changed
schema, changed reference data, somebody still at work in it) it is thrown away instead.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from tests.conftest import Cluster

OFTEN = 60  # uses: what was deleted still lies in the files, and slows whoever reads them

_TABLES = text("""
    SELECT format('%I.%I', nspname, relname)
      FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')
       AND nspname NOT LIKE 'pg_temp%' AND nspname NOT LIKE 'pg_toast%'
     ORDER BY 1
""")
# Whatever changes the schema, its rights or its triggers writes a row of one of these.
_SCHEMA = text("""
    SELECT (SELECT sum(hashtext(pg_class.oid::text || pg_class.xmin::text)) FROM pg_class
             JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname NOT LIKE 'pg_temp%' AND nspname NOT LIKE 'pg_toast_temp%'),
           (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_proc),
           (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_trigger),
           (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_constraint),
           (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_namespace
             WHERE nspname NOT LIKE 'pg_temp%' AND nspname NOT LIKE 'pg_toast_temp%'),
           (SELECT sum(hashtext(xmin::text)) FROM pg_db_role_setting),
           (SELECT hashtext(xmin::text) FROM pg_database WHERE datname = current_database())
""")
_SEQUENCES = text("""
    SELECT schemaname, sequencename, coalesce(last_value, start_value) AS at,
           last_value IS NOT NULL AS called
      FROM pg_sequences ORDER BY schemaname, sequencename
""")
_LEAVE = text("""
    SELECT state, pg_terminate_backend(pid, 10000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type = 'client backend'
""")


@dataclass(frozen=True, slots=True)
class _New:
    """What a database holds before its first test."""

    schema: Sequence[object]
    empty: tuple[str, ...]  # tables
    held: Mapping[str, tuple[int, int]]  # table → its rows, and the newest writer of one
    restart: str  # what sets every sequence back


class Shelf:
    """The databases of one process of tests: one is on it at most."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster = cluster
        self._template = template
        self._may_clean = cluster.is_superuser()  # triggers and foreign keys are set aside
        self._ready: _Kept | None = None
        self._out: _Kept | None = None

    def take(self) -> str:
        """A database as new; its name."""
        self._out, self._ready = self._ready or self._made(), None
        return self._out.name

    def give_back(self, *, again: bool = True) -> None:
        """Its test is over, and has closed its connections; `again`: another test may use it."""
        kept, self._out = self._out, None
        assert kept is not None
        if again and self._may_clean and kept.cleaned():
            self._ready = kept
        else:
            self._drop(kept)

    def close(self) -> None:
        for kept in (self._ready, self._out):
            if kept is not None:
                self._drop(kept)

    def _made(self) -> _Kept:
        name = f"test_{uuid.uuid4().hex[:16]}"
        # Copying the files costs less than logging every page of them, where fsync is off.
        self._cluster.execute(
            f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy"
        )
        return _Kept(name, self._cluster.owner(name))

    def _drop(self, kept: _Kept) -> None:
        self._cluster.execute(f"DROP DATABASE {kept.name} WITH (FORCE)")


class _Kept:
    """One database, and how it was before its first test."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        # No connection stays: a test may copy its database, which nobody may use meanwhile.
        self._engine: Engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._n_uses = 0
        with self._engine.connect() as connection:
            self._new = _as_new(connection)

    def cleaned(self) -> bool:
        """Whether it is as new again."""
        self._n_uses += 1
        if self._n_uses >= OFTEN:
            return False
        try:
            with self._engine.connect() as connection:
                return _left_by_all(connection) and _emptied(connection, self._new)
        except DBAPIError:  # a test that ends every connection ended this one too
            return False


def _as_new(connection: Connection) -> _New:
    tables = connection.execute(_TABLES).scalars().all()
    filled = _filled(connection, tables)
    sequences = connection.execute(_SEQUENCES).all()
    return _New(
        schema=tuple(connection.execute(_SCHEMA).one()),
        empty=tuple(table for table in tables if table not in filled),
        held=_held(connection, filled),
        restart="SELECT "
        + ", ".join(
            f"setval('{row.schemaname}.{row.sequencename}', {row.at}, {row.called})"
            for row in sequences
        ),
    )


def _left_by_all(connection: Connection) -> bool:
    """End what is still connected; whether nobody was at work and all are gone."""
    rest = connection.execute(_LEAVE).all()
    return all(gone and state == "idle" for state, gone in rest)


def _emptied(connection: Connection, new: _New) -> bool:
    if tuple(connection.execute(_SCHEMA).one()) != new.schema:
        return False
    if _held(connection, new.held) != new.held:
        return False
    deletions = "".join(f"DELETE FROM {table};" for table in _filled(connection, new.empty))
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(
        f"SET session_replication_role = replica; {deletions} {new.restart};"
        "RESET session_replication_role"
    )
    return True


def _filled(connection: Connection, tables: Iterable[str]) -> Sequence[str]:
    """Those of these tables that hold a row."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables
    )
    return connection.execute(text(asked)).scalars().all()


def _held(connection: Connection, tables: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    asked = " UNION ALL ".join(
        f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM {table}" for table in tables
    )
    return {name: (n, newest) for name, n, newest in connection.execute(text(asked)).all()}
