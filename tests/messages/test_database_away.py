"""PostgreSQL goes and comes back in the middle of a sending."""

from __future__ import annotations

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
