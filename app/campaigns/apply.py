"""What the clock does with campaigns: idempotent use cases, each one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.campaigns.arms import read_arms, tried
from app.campaigns.calls import ask_for_calls
from app.campaigns.closing import close, ended_waves
from app.campaigns.inviting import invite_batch
from app.campaigns.letters_due import prepare_piles
from app.campaigns.members import planned_batches
from app.campaigns.opening import FrameMismatch, check_frame, lock_wave
from app.campaigns.plan import due_reminders
from app.campaigns.prenotices import may_announce, prenotice_at, send_prenotice
from app.campaigns.queueing import queue_sendings
from app.campaigns.rules import rules_of
from app.campaigns.silents import silents_of_waves
from app.campaigns.steps import Rules
from app.cases.waves import is_paused, open_waves
from app.db import Database
from app.errors import Refused
from app.messages.letterhead import Letterhead
from app.vocabulary.dispositions import USUAL, Completeness

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one planning put in the outbox, among the calls to make and the letters to print."""

    n_messages: int  # reminders
    n_cases: int  # that they speak of
    n_announced: int = 0  # prenotices and invitations
    n_calls: int = 0
    n_letters: int = 0

    def __add__(self, other: Planned) -> Planned:
        return Planned(*(mine + theirs for mine, theirs in zip(self._all, other._all, strict=True)))

    @property
    def _all(self) -> tuple[int, ...]:
        return self.n_messages, self.n_cases, self.n_announced, self.n_calls, self.n_letters


def plan_due(db: Database, letterhead: Letterhead, *, now: datetime) -> Planned:
    """Queue all that is due: prenotices, invitations, reminders, calls, piles of letters.

    Run twice, or by two clocks, it queues once. A wave that may not send is told in the log, and
    the others do not wait for it.
    """
    with db.transaction() as session:
        planned = Planned(0, 0)
        for wave, rules in rules_of(session, _running(session, now)).items():
            try:
                with session.begin_nested():
                    planned += _plan_wave(session, wave, rules, letterhead, now)
            except Refused as refused:
                log.error("wave %s plans nothing: %s", wave, type(refused).__name__)
        return planned


def _plan_wave(
    session: Session, wave: int, rules: Rules, letterhead: Letterhead, now: datetime
) -> Planned:
    n_announced = _announce_due(session, wave, rules, letterhead, now)
    reminders = _remind_due(session, wave, rules, letterhead, now)
    n_calls = ask_for_calls(session, wave, rules, now=now)
    n_letters = prepare_piles(session, wave, rules, now=now)
    return Planned(*reminders, n_announced, n_calls, n_letters)


def close_ended(db: Database, completeness: Completeness = USUAL, *, now: datetime) -> int:
    """Settle the cases still begun in waves whose end has passed; how many cases moved."""
    with db.transaction() as session:
        return sum(
            close(session, wave_id, completeness, now=now) for wave_id in ended_waves(session, now)
        )


def _running(session: Session, now: datetime) -> list[int]:
    """The open waves that nobody paused and whose frame is whole, their rows held.

    A second clock waits, then sees what the first one planned.
    """
    held = []
    for wave in sorted(wave for wave in open_waves(session, now) if not is_paused(session, wave)):
        try:
            check_frame(session, wave, lock_wave(session, wave).frame_size)
        except FrameMismatch:
            log.exception("wave %s sends nothing", wave)  # the others are not to wait for it
        else:
            held.append(wave)
    return held


def _announce_due(
    session: Session, wave: int, rules: Rules, letterhead: Letterhead, now: datetime
) -> int:
    """Invite the batches whose day has come, tell of those that come soon; how many messages."""
    n_messages = 0
    for batch in planned_batches(session, [wave]):
        told_at = prenotice_at(batch, rules)
        if batch.planned_at <= now:
            n_messages += invite_batch(session, batch.id, rules, letterhead, now=now).n_messages
        elif told_at is not None and told_at <= now and may_announce(batch, rules, now=now):
            n_messages += send_prenotice(session, batch, rules, letterhead, now=now)
    return n_messages


def _remind_due(
    session: Session, wave: int, rules: Rules, letterhead: Letterhead, now: datetime
) -> tuple[int, int]:
    """How many reminders were queued, and of how many cases."""
    before = rules.first_invited_by(now)
    if before is None:
        return 0, 0
    silents = silents_of_waves(
        session, [wave], invited_before=before, secret=letterhead.secret, now=now
    )
    planned = due_reminders(silents, {wave: rules}, now=now)
    queued = queue_sendings(session, tried(planned, read_arms(session, planned)))
    return queued.n_messages, queued.n_cases
