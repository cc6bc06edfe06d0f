"""Draining a lane: claim a handful, carry each, record what came of each, and again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db import Database
from app.messages import lanes, outbox
from app.messages.attachments import NO_MAKERS, Makers, completed
from app.messages.carriers import Carriers, Connection, OutcomeKind, Parcel
from app.messages.holds import gate
from app.messages.lanes import Lane, lane_named
from app.messages.letterhead import Letterhead
from app.messages.smtp import RemoteServerRefused
from app.vocabulary.message_life import LEASE

T = TypeVar("T")
Clock = Callable[[], datetime]
log = logging.getLogger(__name__)

# While PostgreSQL is away: waits in seconds before each new attempt, nine minutes in all.
DATABASE_WAITS = (0.2, 0.5, 1, 2, 5, 10, 20, *[30.0] * 17)

_SIMULATED_WAVES = text("""
    SELECT waves.id FROM waves JOIN campaigns ON campaigns.id = waves.campaign_id
     WHERE campaigns.simulated ORDER BY waves.id
""")
_SIMULATED_DUE = text("""
    SELECT EXISTS (SELECT FROM messages WHERE lane = :lane AND state = 'queued'
                      AND next_try_at <= :now AND wave_id = ANY(:waves))
""")


@dataclass
class Drained:
    """What one drain did."""

    n_carried: int = 0
    n_sent: int = 0
    server_down: bool = False
    held: bool = False  # somebody stopped all sending meanwhile


def drain(
    db: Database,
    carriers: Carriers,
    letterhead: Letterhead,
    lane: str,
    *,
    now: Clock | datetime,
    makers: Makers = NO_MAKERS,
    stopping: Callable[[], bool] = lambda: False,
    lease: timedelta = LEASE,
) -> Drained:
    """Send what is due on one lane: take a handful, carry each, write what came of each.

    No transaction is open while the mail server thinks, nor while an attachment is made. If this
    process dies in between, the leases end and another worker sends again, under the same
    Message-ID. One slot of the lane is leased throughout; none free, nothing is done. A simulated
    campaign's messages are left alone, and `RemoteServerRefused` is raised once the others left,
    unless every carrier stays on this machine.
    """
    clock = now if callable(now) else lambda: now
    run = _Drain(db, carriers, letterhead, lane_named(lane), clock, makers, stopping, lease)
    return run.all()


@dataclass
class _Drain:
    """One drain: its slot, its connections, what it has done so far."""

    db: Database
    carriers: Carriers
    letterhead: Letterhead
    lane: Lane
    clock: Clock
    makers: Makers
    stopping: Callable[[], bool]
    lease: timedelta
    holder: UUID = field(default_factory=uuid4)
    done: Drained = field(default_factory=Drained)
    connections: dict[str, Connection] = field(default_factory=dict)
    n_on_connection: int = 0
    rest: timedelta = timedelta(0)  # that the server asked for
    ask_at: float = 0.0  # on the monotonic clock: when to ask again whether sending is held
    lone: ExitStack = field(default_factory=ExitStack)  # holds the session of lone statements
    session: Session | None = None  # that one, once there was such a statement

    def all(self) -> Drained:
        if self.lane.channel not in self.carriers:
            return self.done  # another process has this messenger, and drains its lane
        if not self._in_transaction(self._may_begin):
            return self.done
        try:
            without = self._waves_to_leave()
            while not self._must_stop() and self._handful(without):
                if not self._in_transaction(lambda s: lanes.renew_slot(s, self.lane, self.holder)):
                    break
        finally:
            self._close()
            self._forget_lone()
            self._in_transaction(self._leave)
        if self._simulated_due(without):
            raise RemoteServerRefused
        return self.done

    def _handful(self, without: list[int]) -> bool:
        """Claim and carry one handful; False when there is nothing more to do here."""
        handful = self._in_transaction(lambda session: self._claim(session, without))
        for rank, claimed in enumerate(handful.parcels):
            parcel = completed(claimed, self.makers)
            if time.monotonic() > parcel.carry_before or self._must_stop():
                # A lease that runs short is left: past it, another worker may have claimed.
                self._give_back(handful.parcels[rank:])
                return rank > 0
            self._carry(parcel)
        return handful.n_leased > 0

    def _claim(self, session: Session, without: list[int]) -> outbox.Handful:
        return outbox.claim_handful(
            session,
            self.lane.name,
            self.letterhead,
            now=self.clock(),
            without=without,
            lease=self.lease,
        )

    def _must_stop(self) -> bool:
        """No server to speak to, this process is asked to end, or all sending is held."""
        return self.done.server_down or self.stopping() or self._held()

    def _may_begin(self, session: Session) -> bool:
        """Nothing holds all sending, and a slot of the lane is free."""
        may = gate.may_begin(session, self.letterhead.public_url, now=self.clock())
        return may and lanes.take_slot(session, self.lane, self.holder)

    def _leave(self, session: Session) -> None:
        if self.done.server_down:
            lanes.rest(session, self.lane, self.holder, self.rest)
        else:
            lanes.leave_slot(session, self.lane, self.holder)

    def _held(self) -> bool:
        """Asked between two mails, once a second at most: a stop is obeyed within seconds."""
        if not self.done.held and time.monotonic() >= self.ask_at:
            self.done.held = self._in_transaction(gate.all_held)
            self.ask_at = time.monotonic() + gate.ASKED_EVERY
        return self.done.held

    def _carry(self, parcel: Parcel) -> None:
        outcome = self._connection(parcel.channel).carry(parcel)
        now = self.clock()
        sent = outcome.kind is OutcomeKind.SENT  # recorded by one statement
        attempt = self._alone if sent else self._whole
        self._until_done(
            lambda: attempt(lambda session: outbox.record(session, parcel, outcome, now=now))
        )
        self.done.n_carried += 1
        self.done.n_sent += sent
        self.done.server_down = outcome.kind in (OutcomeKind.DOWN, OutcomeKind.UNCONFIRMED)
        self.rest = outcome.rest

    def _connection(self, channel: str) -> Connection:
        """The channel's connection, opened afresh as often as the lane's providers ask."""
        if self.n_on_connection >= self.lane.per_connection:
            self._close()
        if channel not in self.connections:
            self.connections[channel] = self.carriers[channel].connect()
        self.n_on_connection += 1
        return self.connections[channel]

    def _close(self) -> None:
        for connection in self.connections.values():
            connection.close()
        self.connections.clear()
        self.n_on_connection = 0

    def _give_back(self, parcels: tuple[Parcel, ...]) -> None:
        """What was not begun waits again, unless its lease ran out and it is another's by now."""
        self._in_transaction(lambda session: outbox.give_back(session, parcels))

    def _waves_to_leave(self) -> list[int]:
        if all(carrier.on_this_machine for carrier in self.carriers.values()):
            return []
        return self._in_transaction(lambda session: list(session.scalars(_SIMULATED_WAVES)))

    def _simulated_due(self, waves: list[int]) -> bool:
        if not waves:
            return False
        values = {"lane": self.lane.name, "now": self.clock(), "waves": waves}
        return bool(self._in_transaction(lambda session: session.scalar(_SIMULATED_DUE, values)))

    def _in_transaction(self, work: Callable[[Session], T]) -> T:
        """One transaction, tried again whenever that may help."""
        return self._until_done(lambda: self._whole(work))

    def _whole(self, work: Callable[[Session], T]) -> T:
        with self.db.transaction() as session:
            return work(session)

    def _alone(self, work: Callable[[Session], T]) -> T:
        """A single statement, on a session that stays open for the next.

        Once a mail: to open one and to give it back each time is a sixth of what a mail costs.
        """
        try:
            if self.session is None:
                self.session = self.lone.enter_context(self.db.lone_statement())
            return work(self.session)
        except DBAPIError:
            self._forget_lone()  # the next attempt has another connection
            raise

    def _forget_lone(self) -> None:
        self.session = None
        self.lone.close()

    def _until_done(self, attempt: Callable[[], T]) -> T:
        """Try again whenever that may help: a mail that left must be known."""
        for wait in DATABASE_WAITS:
            try:
                return attempt()
            except DBAPIError as error:
                if not _worth_another_try(error):
                    raise
                log.warning("database away or contended, next attempt in %s s", wait)
                time.sleep(wait)
        return attempt()


def _worth_another_try(error: DBAPIError) -> bool:
    """Whether the connection is lost, the server starting or without room, or a lock contended.

    Else we are wrong. Class 53 is a disk that is full, memory or connections that ran out; class
    40 is PostgreSQL ending one of two transactions that wait for each other.
    """
    sqlstate = getattr(error.orig, "sqlstate", None)
    passing = sqlstate is None or sqlstate.startswith(("08", "40", "53", "57P"))
    return error.connection_invalidated or passing
