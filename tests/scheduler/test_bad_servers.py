"""Worker processes and a mail server that hangs up, is slow, closes its door or makes us wait."""

from __future__ import annotations

import pytest

from scheduler.sweep import sweep
from tests.messages.post import rows
from tests.scheduler.bad_servers import sent_to_a_moody_server
from tests.scheduler.killing import prepare, until
from tests.scheduler.worker_process import AT_ONCE, several
from tests.world import World

pytestmark = pytest.mark.slow

N_WORKERS = 2
N_SWEEPS = 4


def test_a_server_in_all_its_moods_gets_each_mail_as_often_as_it_hid_having_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_to_a_moody_server(world, monkeypatch, n_messages=60)


def test_at_a_server_that_closes_its_door_nobody_knocks_for_a_while(world: World) -> None:
    prepare(world, 100)
    asked: list[str] = []

    def closing(mailbox: str) -> str:
        asked.append(mailbox)
        return "421 4.7.0 too many connections"

    world.smtp.reply = closing
    with several(world, N_WORKERS):
        until(lambda: bool(asked) and lane_is_done(world))
        for _ in range(N_SWEEPS):
            sweep(world.db, now=world.now)
            until(lambda: lane_is_done(world))

    assert len(asked) <= N_WORKERS * AT_ONCE
    states = rows(world, "SELECT DISTINCT state, tries FROM messages")
    assert [tuple(row) for row in states] == [("queued", 0)]


def lane_is_done(world: World) -> bool:
    """Whether no drain waits or is under way."""
    return not rows(
        world, "SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing') LIMIT 1"
    )
