"""The database: the only commit in the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session


class Database:
    """One PostgreSQL database, as one role.

    A use case takes a `Database` and opens exactly one transaction; a step takes the session.
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=5,
            pool_pre_ping=True,
            # Names and addresses must not reach a log through an error's parameters.
            hide_parameters=True,
            connect_args={"options": "-c timezone=UTC"} if "options=" not in url else {},
        )
        self._read_only = self.engine.execution_options(postgresql_readonly=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One whole transaction: committed at the end, rolled back on any error."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session in which PostgreSQL itself refuses every write: for GETs."""
        with Session(self._read_only, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Give back every connection of this process."""
        self.engine.dispose()
