"""A job's name is spelt the same where it is deferred, in the table, and where it is done."""

from __future__ import annotations

import ast
import importlib

from app.jobs import QUEUES, app
from tests.house import sources


def deferred() -> list[tuple[str, ast.expr]]:
    """Where a job is deferred, with the expression that names it."""
    return [
        (sources.name_of(path), call.args[1])
        for path in sources.modules()
        for name, call in sources.calls(path)
        if name == "defer" and len(call.args) > 1
    ]


def test_every_job_is_named_in_plain_letters() -> None:
    unread = [where for where, name in deferred() if not isinstance(name, ast.Constant)]
    assert unread == []


def test_every_job_deferred_is_in_the_table() -> None:
    named = [(where, ast.literal_eval(name)) for where, name in deferred()]
    assert named
    assert [(where, name) for where, name in named if name not in QUEUES] == []


def test_every_job_of_the_table_has_somebody_to_do_it() -> None:
    importlib.import_module("scheduler.tasks")
    assert set(QUEUES) <= set(app.tasks)
