"""What the staff and the commands do with a campaign: create, open, invite, remind, close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from app.campaigns.beside import check_none_real, check_none_runs, hold_waves
from app.campaigns.calendar import planned_waves
from app.campaigns.closing import close
from app.campaigns.inviting import Invited, invite_place
from app.campaigns.opening import (
    AlreadyOpened,
    Opened,
    Progress,
    check_frame,
    choose_questionnaires,
    lock_wave,
    open_frame,
)
from app.campaigns.plan import asked_reminders
from app.campaigns.queueing import queue_sendings
from app.campaigns.rules import rules_of, write_steps
from app.campaigns.silents import silents_of_cases
from app.campaigns.status import WaveStatus, status
from app.campaigns.steps import USUAL_STEPS
from app.cases.waves import effective_end, open_waves
from app.db import Database
from app.errors import NotAllowed, Refused
from app.messages.letterhead import Letterhead
from app.models.campaigns import Campaign, Wave, WaveQuestionnaire
from app.models.cases import Case
from app.models.organisations import AuditEntry
from app.models.scope import visible_to
from app.vocabulary.dispositions import USUAL, Completeness
from app.vocabulary.french_dates import day_and_hour
from app.vocabulary.scope import Author, Right, Scope

__all__ = [
    "Invited",
    "Opened",
    "Reminded",
    "WaveStatus",
    "close_wave",
    "create_campaign",
    "invite",
    "open_wave",
    "remind_these",
    "status",
]


class CampaignExists(Refused):
    """A campaign of that name is there already."""

    sentence = "Une campagne porte déjà ce nom. Choisissez-en un autre."
    status = 409


class NotOpen(Refused):
    """The wave was never opened, or has ended."""

    sentence = "Cette vague n’est pas ouverte. Ouvrez-la d’abord, ou prolongez-la."
    status = 409


class StillRunning(Refused):
    """A wave is closed after its end, never before."""

    sentence = "Cette vague court jusqu’au {until}. Fermez-la après cette date."
    status = 409


@dataclass(frozen=True, slots=True)
class Reminded:
    """What "remind these" did."""

    n_messages: int
    n_cases: int
    n_left_out: int  # answered, refused, delegated, unreachable, or reminded enough already


def create_campaign(
    db: Database,
    name: str,
    *,
    millesime: int,
    simulated: bool,
    first_opens_at: datetime,
    now: datetime,
) -> int:
    """Three waves of three themes, a quarter each; nothing is opened or sent. Its id."""
    with db.transaction() as session:
        if session.scalar(select(Campaign.id).where(Campaign.name == name)) is not None:
            raise CampaignExists
        campaign = Campaign(name=name, millesime=millesime, simulated=simulated, created_at=now)
        session.add(campaign)
        session.flush()
        for planned in planned_waves(first_opens_at):
            wave = Wave(
                campaign_id=campaign.id,
                number=planned.number,
                label=planned.label,
                opens_at=planned.opens_at,
                ends_at=planned.ends_at,
                office_hours=not simulated,  # nobody waits for a trial run
            )
            session.add(wave)
            session.flush()
            write_steps(session, wave.id, USUAL_STEPS)
            session.execute(
                insert(WaveQuestionnaire),
                [
                    {"wave_id": wave.id, "theme": theme, "position": position}
                    for position, theme in enumerate(planned.themes, start=1)
                ],
            )
        return campaign.id


def open_wave(
    db: Database, wave_id: int, *, now: datetime, progress: Progress | None = None
) -> Opened:
    """One case for every asked authority and theme, with or without an address. Sends nothing.

    `RealAsked` for a wave of a trial run, once a real one was opened beside it.
    """
    with db.transaction() as session:
        wave = lock_wave(session, wave_id)
        if wave.opened_at is not None:
            raise AlreadyOpened
        if wave.simulated:
            check_none_real(session)
        choose_questionnaires(session, wave_id, simulated=wave.simulated)
        opened = open_frame(session, wave_id, now=now, progress=progress or _silent)
        session.execute(
            update(Wave)
            .where(Wave.id == wave_id)
            .values(opened_at=now, frame_size=opened.n_territories)
        )
        return opened


def invite(
    db: Database,
    wave_id: int,
    departement_code: str | None,
    letterhead: Letterhead,
    *,
    by: Author,
    now: datetime,
) -> Invited:
    """Invite the authorities of one département, or the régions (None), by one message a mailbox.

    Asked again, it invites those that got an address since. Cases move when a message has left.
    Links lead to this wave from its first invitation: `AnotherRuns` while one before is answered.
    """
    with db.transaction() as session:
        hold_waves(session, wave_id)
        wave = lock_wave(session, wave_id)
        if wave_id not in open_waves(session, now):
            raise NotOpen
        check_none_runs(session, wave_id, now=now)
        check_frame(session, wave_id, wave.frame_size)
        rules = rules_of(session, [wave_id])[wave_id]
        invited = invite_place(session, wave_id, departement_code, rules, letterhead, now=now)
        whom = {"batch": departement_code or "R"}
        session.add(AuditEntry.of(by, "invite", f"wave:{wave_id}", whom, at=now))
        return invited


def remind_these(
    db: Database,
    scope: Scope,
    by: Author,
    case_ids: Sequence[int],
    letterhead: Letterhead,
    *,
    now: datetime,
) -> Reminded:
    """Remind the silent among these cases, those that this member of staff may chase."""
    if not scope.may(Right.CHASE):
        raise NotAllowed
    with db.transaction() as session:
        running = open_waves(session, now)
        chased = list(
            session.scalars(
                select(Case.id)
                .where(
                    Case.id.in_(list(case_ids)),
                    Case.wave_id.in_(running),
                    Case.territory_id.in_(visible_to(scope, Right.CHASE)),
                )
                .order_by(Case.id)
            )
        )
        for wave in running:  # a second click waits, then sees what the first one asked for
            lock_wave(session, wave)
        silents = silents_of_cases(session, chased, secret=letterhead.secret, now=now)
        request = f"request-{by.id}-{now.isoformat(timespec='milliseconds')}"
        rules = rules_of(session, running)
        asked = asked_reminders(silents, rules, request=request, now=now)
        planned = queue_sendings(session, asked)
        done = {"cases": chased, "n": planned.n_messages}
        session.add(AuditEntry.of(by, "remind", "cases", done, at=now))
        n_left_out = len(set(case_ids)) - planned.n_cases
        return Reminded(planned.n_messages, planned.n_cases, n_left_out)


def close_wave(
    db: Database, wave_id: int, completeness: Completeness = USUAL, *, now: datetime
) -> int:
    """Settle the cases begun and never handed in, once the wave has ended; how many moved."""
    with db.transaction() as session:
        lock_wave(session, wave_id)
        end = effective_end(session, wave_id)
        if now <= end:
            raise StillRunning(until=day_and_hour(end))
        return close(session, wave_id, completeness, now=now)


def _silent(_done: int, _of: int) -> None:
    """Nobody watches."""
