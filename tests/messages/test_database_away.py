"""PostgreSQL goes and comes back in the middle of a sending."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy import create_engine, text

from app.messages.carriers import Outcome, Parcel
from app.messages.drain import drain
from app.messages.smtp import SmtpCarrier, SmtpConnection
from tests.messages.post import (
    AJAIN,
    AUBUSSON,
    GUERET,
    by,
    carrier,
    invited,
    messages,
    open_with_contacts,
    rows,
    somebody_waits,
)
from tests.world import World


class Cutting:
    """The real carrier; each mail that left is followed by the loss of every database session."""

    def __init__(self, real: SmtpCarrier, owner_url: str) -> None:
        self._real = real
        self._owner = create_engine(owner_url, isolation_level="AUTOCOMMIT")
        self._open: SmtpConnection

    @property
    def on_this_machine(self) -> bool:
        return self._real.on_this_machine

    def connect(self) -> Cutting:
        self._open = self._real.connect()
        return self

    def carry(self, parcel: Parcel) -> Outcome:
        outcome = self._open.carry(parcel)
        with self._owner.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        return outcome

    def close(self) -> None:
        self._open.close()
        self._owner.dispose()


def test_a_mail_that_left_is_recorded_once_the_database_is_back(world: World) -> None:
    open_with_contacts(
        world,
        (GUERET, "a@gueret.invalid"),
        (AJAIN, "b@ajain.invalid"),
        (AUBUSSON, "c@aubusson.invalid"),
    )
    invited(world)
    cutting = Cutting(carrier(world), world.owner_url)

    drained = drain(world.db, by(cutting), world.letterhead, "wide", now=world.now)

    assert drained.n_sent == 3
    assert [row.state for row in messages(world)] == ["sent"] * 3
    assert len(world.smtp.messages) == 3
    assert len(rows(world, "SELECT FROM message_events WHERE kind = 'sent'")) == 3


class Rival:
    """Somebody who holds the second case of a mail that left, and then wants its first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._owner = create_engine(world.owner_url)
        self._beside = ThreadPoolExecutor(1)
        self._held = False
        self.done: Future[None]

    @property
    def on_this_machine(self) -> bool:
        return True

    def connect(self) -> Rival:
        self._open = carrier(self._world).connect()
        return self

    def carry(self, parcel: Parcel) -> Outcome:
        outcome = self._open.carry(parcel)
        self.done = self._beside.submit(self._cross, sorted(parcel.case_ids))
        while not self._held:
            time.sleep(0.01)
        return outcome

    def _cross(self, case_ids: list[int]) -> None:
        with self._owner.begin() as connection:
            # Patience, so that PostgreSQL ends the recording of the mail rather than this.
            connection.execute(text("SET LOCAL deadlock_timeout = '30s'"))
            lock = text("SELECT FROM cases WHERE id = :id FOR UPDATE")
            connection.execute(lock, {"id": case_ids[1]})
            self._held = True
            while not somebody_waits(self._world):
                time.sleep(0.01)
            connection.execute(lock, {"id": case_ids[0]})

    def close(self) -> None:
        self._open.close()

    def leave(self) -> None:
        """Once it has got what it wanted: nothing of it stays open."""
        self.done.result(10)
        self._beside.shutdown()
        self._owner.dispose()


def test_a_mail_that_left_is_recorded_after_a_deadlock(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    rival = Rival(world)

    drained = drain(world.db, by(rival), world.letterhead, "wide", now=world.now)

    rival.leave()
    assert drained.n_sent == 1
    assert [row.state for row in messages(world)] == ["sent"]
    assert world.disposition(GUERET) == "invited"
