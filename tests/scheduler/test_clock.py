"""Clocks: one leads, another takes over, and neither does a thing twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from sqlalchemy import create_engine, text

from app.db import Database
from scheduler.clock import HOURS
from scheduler.leader import LEADER_LOCK, Leader
from tests.messages.post import GUERET, change, invited, open_with_contacts, rows
from tests.scheduler.worker_process import in_house, running
from tests.world import World

PATIENCE = 60.0


def waited(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def holders(world: World) -> int:
    (found,) = rows(
        world,
        "SELECT count(*) AS n FROM pg_locks JOIN pg_database ON pg_database.oid = database "
        "WHERE locktype = 'advisory' AND objid = :key AND datname = current_database()",
        key=LEADER_LOCK,
    )
    return int(found.n)


def test_one_clock_leads_and_the_other_waits(world: World) -> None:
    elsewhere = Database(world.app_url)
    first, second = Leader(world.db), Leader(elsewhere)

    assert [first.leads(), second.leads(), first.leads()] == [True, False, True]

    first.step_down()
    assert [second.leads(), first.leads()] == [True, False]
    second.step_down()
    elsewhere.close()


def test_a_clock_whose_connection_is_cut_leads_no_more(world: World) -> None:
    elsewhere = Database(world.app_url)
    first, second = Leader(world.db), Leader(elsewhere)
    assert first.leads()
    owner = create_engine(world.owner_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND objid = :key"
            ),
            {"key": LEADER_LOCK},
        )
    owner.dispose()

    assert second.leads()
    assert not first.leads()
    second.step_down()
    elsewhere.close()


def test_every_hour_of_the_clock_is_a_use_case_that_may_be_repeated(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    house = in_house(world)

    for _ in range(2):
        for _name, _hours, work in HOURS:
            work(house)

    assert rows(world, "SELECT FROM messages") == []


def test_a_clock_asked_to_end_ends_and_gives_up_the_lead(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    change(world, "DELETE FROM procrastinate_jobs")
    with running(world, "clock") as clock:
        assert waited(lambda: rows(world, "SELECT FROM procrastinate_jobs") != [])
        clock.send_signal(signal.SIGTERM)
        assert clock.wait(timeout=20) == 0

    assert waited(lambda: holders(world) == 0)
