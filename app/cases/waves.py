"""When a wave really ends, and whether it is paused: the only reader of `wave_changes`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, func, select, type_coerce
from sqlalchemy.orm import Session

from app.errors import Hidden
from app.models.campaigns import Wave, WaveChange


class UnknownWave(Hidden):
    """No such wave."""

    sentence = (
        "Cette vague n’existe pas. "
        "Vérifiez son numéro avec «\u00a0barometre campaign status\u00a0»."
    )


_LAST_EXTENSION = (
    select(WaveChange.ends_at)
    .where(WaveChange.wave_id == Wave.id, WaveChange.kind.in_(("extended", "reopened")))
    .order_by(WaveChange.id.desc())
    .limit(1)
    .correlate(Wave)
    .scalar_subquery()
)
EFFECTIVE_END = type_coerce(func.coalesce(_LAST_EXTENSION, Wave.ends_at), DateTime(timezone=True))
"""The same as `effective_end`, for a query that reads `Wave`."""


def effective_end(session: Session, wave_id: int) -> datetime:
    """The planned end, or that of the last extension or reopening."""
    end = session.scalar(select(EFFECTIVE_END).where(Wave.id == wave_id))
    if end is None:
        raise UnknownWave
    return end


def is_paused(session: Session, wave_id: int) -> bool:
    """Whether sending is held: the last pause was not ended."""
    last = session.scalar(
        select(WaveChange.kind)
        .where(WaveChange.wave_id == wave_id, WaveChange.kind.in_(("paused", "resumed")))
        .order_by(WaveChange.id.desc())
        .limit(1)
    )
    return last == "paused"


def open_waves(session: Session, now: datetime) -> list[int]:
    """The waves that may still be answered: opened, and not past their effective end."""
    return list(
        session.scalars(
            select(Wave.id)
            .where(
                Wave.opened_at.is_not(None),
                Wave.opened_at <= now,
                now < EFFECTIVE_END,
            )
            .order_by(Wave.id)
        )
    )
