"""The database: the only commit in the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session


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
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        # Names and addresses must not reach a log through an error's parameters.
        hide_parameters=True,
        connect_args={"options": f"{make_url(url).query.get('options', '')} {options}".strip()},
        **more,
    )
