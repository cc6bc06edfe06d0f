"""Jobs: deferred by name, in the transaction of the data they speak of.

Rooms never import `scheduler`: they name a task, and `scheduler/tasks.py` gives it a body.
Arguments are ids as text: never an address, a name or a token.
"""

from __future__ import annotations

from collections.abc import Mapping

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.orm import Session

# Task → queue. Cards need a process each, hence a queue of their own.
QUEUES: Mapping[str, str] = {
    "drain_lane": "sending",
    "render_cards": "cards",
    "send_cards": "default",
    "compute_publication": "default",
}

app = procrastinate.App(connector=procrastinate.PsycopgConnector())


class UnknownJob(LookupError):
    """A job's name is not in the table: it would wait for ever in a queue nobody reads."""


def defer(session: Session, name: str, *, queueing_lock: str | None = None, **ids: str) -> bool:
    """Queue a job in the caller's transaction; False if its queueing lock is already taken.

    A taken lock would abort the whole transaction, hence the savepoint.
    """
    if name not in QUEUES:
        raise UnknownJob(name)
    try:
        # The savepoint is taken by the connection asked for inside it, not by begin_nested alone.
        with session.begin_nested():
            app.configure_task(
                name,
                queue=QUEUES[name],
                queueing_lock=queueing_lock,
                allow_unknown=True,
                connection=session.connection().connection.driver_connection,
            ).defer(**ids)
    except AlreadyEnqueued:
        return False
    return True
