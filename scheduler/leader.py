"""Which clock leads: the one that holds an advisory lock, for as long as its connection lives.

A clock whose connection is cut may believe for a moment that it still leads while another does.
So unique constraints guard what the clock does; the lock only saves work.
"""

from __future__ import annotations

import contextlib
import logging
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.db import Database

LEADER_LOCK = 8_226_003  # next to the locks of the migrations
log = logging.getLogger(__name__)


class Leader:
    """This process's claim to lead."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._held: Connection | None = None
        self._one_at_a_time = Lock()

    def leads(self) -> bool:
        """Whether this process leads now; takes the lead if it is free."""
        with self._one_at_a_time:
            return self._still() or self._takes()

    def step_down(self) -> None:
        """Let another clock lead."""
        with self._one_at_a_time:
            held, self._held = self._held, None
            if held is not None:
                with contextlib.suppress(DBAPIError):
                    held.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LEADER_LOCK})
                _cut(held)

    def _still(self) -> bool:
        if self._held is None:
            return False
        try:
            self._held.execute(text("SELECT 1"))
        except DBAPIError:
            log.warning("the leader's connection was lost")
            _cut(self._held)
            self._held = None
            return False
        return True

    def _takes(self) -> bool:
        try:
            connection = self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except DBAPIError:
            log.warning("database away, nobody leads")
            return False
        taken = text("SELECT pg_try_advisory_lock(:key)")
        if connection.execute(taken, {"key": LEADER_LOCK}).scalar_one():
            self._held = connection
            return True
        connection.close()
        return False


def _cut(connection: Connection) -> None:
    """Close the session itself: back in the pool, it would keep the lock."""
    connection.invalidate()
    connection.close()
