"""The database: the only commit in the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from select import POLLIN, poll
from time import monotonic
from typing import Any

from psycopg import Connection, Error
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

RESTED = 10.0
"""Seconds after which a connection that nobody used is tried before it is trusted again."""

_LEFT_AT = "barometre.left_at"


class Database:
    """One PostgreSQL database, as one role.

    A use case takes a `Database` and opens exactly one transaction; a step takes the session.
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = url
        self.engine: Engine = _engine(url, "-c timezone=UTC", pool_size=pool_size)
        self._frozen = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._lone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # Statement by statement, as READ COMMITTED sees them anyway: a GET needs no BEGIN and no
        # ROLLBACK, two exchanges of the ten or so that a page takes.
        self.reader: Engine = _engine(
            url,
            "-c timezone=UTC -c default_transaction_read_only=on",
            pool_size=pool_size,
            isolation_level="AUTOCOMMIT",
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One whole transaction: committed at the end, rolled back on any error."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def lone_statement(self) -> Iterator[Session]:
        """A session for one statement, which is then a whole transaction by itself.

        One exchange with PostgreSQL instead of three: for what is done once a mail. A second
        statement would be a second transaction.
        """
        with Session(self._lone, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that reads everything as it stood at one moment, and writes nothing.

        For statistics and long reads by the thousand, which also need a transaction's cursor.
        """
        with Session(self._frozen, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session in which PostgreSQL itself refuses every write: for GETs."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Give back every connection of this process."""
        self.engine.dispose()
        self.reader.dispose()


def _engine(url: str, options: str, *, pool_size: int, **more: Any) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        # Names and addresses must not reach a log through an error's parameters.
        hide_parameters=True,
        connect_args={"options": f"{make_url(url).query.get('options', '')} {options}".strip()},
        **more,
    )
    event.listen(engine, "checkin", _left)
    event.listen(engine, "checkout", _trusted)
    return engine


def _left(connection: Connection[Any] | None, entry: ConnectionPoolEntry) -> None:
    """Remember since when nobody uses this connection."""
    if connection is not None:
        entry.info[_LEFT_AT] = monotonic()


def _trusted(
    connection: Connection[Any], entry: ConnectionPoolEntry, _taken: PoolProxiedConnection
) -> None:
    """Hand out no connection that PostgreSQL has closed since; the pool then opens another.

    `pool_pre_ping` asks the server each time, one exchange in five of a page. A server that ends
    a connection says so on its socket, which costs nothing to look at. One that vanished says
    nothing, and so does a proxy that forgets: hence the question after a rest.
    """
    left_at = entry.info.get(_LEFT_AT)
    if left_at is None or (monotonic() - left_at < RESTED and _silent(connection)):
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Error as error:
        raise InvalidatePoolError from error


def _silent(connection: Connection[Any]) -> bool:
    """Whether the server has said nothing unasked, such as that it ends the connection."""
    if connection.closed:
        return False
    asked = poll()
    asked.register(connection.fileno(), POLLIN)
    return not asked.poll(0)
