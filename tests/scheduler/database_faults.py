"""Sendings during which PostgreSQL fails, and what must hold afterwards. Not a test."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from app.embedded import Server
from tests.messages.post import messages, rows
from tests.scheduler.killing import all_sent, counted, prepare, until
from tests.scheduler.own_server import fill, folder, own_world, restart, small_disk
from tests.scheduler.worker_process import running
from tests.sink import Sink
from tests.world import World

DISK_MIB = 300
A_FEW = 5  # refusals for want of room


def restarted_midway(sink: Sink, n_messages: int, modes: Sequence[str]) -> None:
    """PostgreSQL is restarted as often as there are modes, a share of the mails between two."""
    with folder() as place, own_world(place / "data", sink) as (world, server):
        prepare(world, n_messages)
        with running(world) as worker, running(world, "clock") as clock:
            for rank, mode in enumerate(modes, start=1):
                until(partial(_arrived, sink, n_messages * rank // (len(modes) + 1)))
                restart(server, mode)
            until(partial(all_sent, world))
            assert (worker.poll(), clock.poll()) == (None, None)
        nothing_lost_nor_repeated(world, n_messages)


def without_room(sink: Sink, n_messages: int) -> None:
    """The disk of the database fills up; somebody makes room while the workers still wait."""
    with small_disk(DISK_MIB) as disk, own_world(disk / "data", sink) as (world, server):
        prepare(world, n_messages)
        with running(world) as worker, running(world, "clock") as clock:
            until(partial(_arrived, sink, n_messages // 3))
            filler = fill(disk)
            until(partial(_wants_room, server))
            assert not all_sent(world)
            filler.unlink()
            until(partial(all_sent, world))
            assert (worker.poll(), clock.poll()) == (None, None)
        nothing_lost_nor_repeated(world, n_messages)


def _arrived(sink: Sink, n_mails: int) -> bool:
    return len(sink.received) >= n_mails


def _wants_room(server: Server) -> bool:
    return (server.data / "server.log").read_text().count("No space left on device") >= A_FEW


def nothing_lost_nor_repeated(world: World, n_messages: int) -> None:
    """Each mail arrived at its first try, and a server that came back is not taken for a copy."""
    it = counted(world)
    assert (it.n_mailboxes, it.n_repeated, it.n_ids_of_busiest) == (n_messages, 0, 1)
    assert {(row.state, row.tries) for row in messages(world)} == {("sent", 1)}
    assert rows(world, "SELECT FROM sending_holds") == []
