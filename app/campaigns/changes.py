"""What may change while a wave runs: a pause, its end, a later closing day. Each is a row."""

from __future__ import annotations

from datetime import datetime

from app.campaigns.beside import check_longer, hold_waves
from app.campaigns.opening import lock_wave
from app.cases.waves import effective_end
from app.db import Database
from app.errors import Refused
from app.models.campaigns import WaveChange
from app.vocabulary.french_dates import day_and_hour
from app.vocabulary.scope import Author


class NoExtension(Refused):
    """An extension must be later than the end it replaces."""

    sentence = "La vague se termine déjà le {until}. Choisissez une date plus lointaine."


class NotEnded(Refused):
    """A wave that runs is extended, not reopened."""

    sentence = "Cette vague court encore jusqu’au {until}. Prolongez-la plutôt."
    status = 409


class EndInThePast(Refused):
    """Nobody could answer by then."""

    sentence = "Cette fin est déjà passée. Choisissez un jour à venir."


def pause_wave(db: Database, wave_id: int, *, why: str, by: Author, now: datetime) -> None:
    """Hold invitations and reminders; people may still answer."""
    _change(db, wave_id, "paused", None, why, by, now)


def resume_wave(db: Database, wave_id: int, *, why: str, by: Author, now: datetime) -> None:
    """Let them leave again."""
    _change(db, wave_id, "resumed", None, why, by, now)


def extend_wave(
    db: Database, wave_id: int, ends_at: datetime, *, why: str, by: Author, now: datetime
) -> None:
    """A later end; a wave that had ended runs again. `NextInvites`."""
    _change(db, wave_id, "extended", ends_at, why, by, now)


def reopen_wave(
    db: Database, wave_id: int, ends_at: datetime, *, why: str, by: Author, now: datetime
) -> None:
    """A new end for a wave that has ended: what was settled may be gone on with. `NextInvites`."""
    _change(db, wave_id, "reopened", ends_at, why, by, now)


def _change(
    db: Database,
    wave_id: int,
    kind: str,
    ends_at: datetime | None,
    why: str,
    by: Author,
    now: datetime,
) -> None:
    with db.transaction() as session:
        hold_waves(session, wave_id)
        lock_wave(session, wave_id)
        end = effective_end(session, wave_id)
        if ends_at is not None and ends_at <= end:
            raise NoExtension(until=day_and_hour(end))
        if kind == "reopened" and now <= end:
            raise NotEnded(until=day_and_hour(end))
        if ends_at is not None and ends_at <= now:
            raise EndInThePast
        if ends_at is not None:
            check_longer(session, wave_id, ends_at)
        session.add(
            WaveChange(
                wave_id=wave_id,
                kind=kind,
                ends_at=ends_at,
                why=why,
                at=now,
                actor_kind=by.kind,
                actor_id=by.id,
            )
        )
