"""Where a wave stands, in figures, for the command line and the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cases.waves import UnknownWave, effective_end, is_paused

_WAVE = text("""
    SELECT waves.label, waves.opened_at, waves.frame_size, campaigns.name AS campaign,
           campaigns.simulated,
           (SELECT count(*) FROM batches WHERE wave_id = waves.id) AS n_batches,
           (SELECT count(*) FROM batch_members WHERE wave_id = waves.id) AS n_in_batches
      FROM waves JOIN campaigns ON campaigns.id = waves.campaign_id WHERE waves.id = :wave_id
""")
_CASES = text("""
    SELECT theme, disposition, count(*) AS n FROM cases WHERE wave_id = :wave_id
     GROUP BY theme, disposition ORDER BY theme, disposition
""")
_MESSAGES = text("""
    SELECT step, state, count(*) AS n FROM messages WHERE wave_id = :wave_id
     GROUP BY step, state ORDER BY step, state
""")


@dataclass(frozen=True, slots=True)
class WaveStatus:
    """One wave, counted."""

    campaign: str
    label: str
    simulated: bool
    opened_at: datetime | None
    ends_at: datetime
    paused: bool
    frame_size: int | None
    n_batches: int
    n_in_batches: int  # authorities, invited or planned
    cases: dict[tuple[str, str], int]  # by theme and disposition
    messages: dict[tuple[str, str], int]  # by step and state


def status(session: Session, wave_id: int) -> WaveStatus:
    """Count everything of a wave."""
    values = {"wave_id": wave_id}
    wave = session.execute(_WAVE, values).one_or_none()
    if wave is None:
        raise UnknownWave
    return WaveStatus(
        campaign=wave.campaign,
        label=wave.label,
        simulated=wave.simulated,
        opened_at=wave.opened_at,
        ends_at=effective_end(session, wave_id),
        paused=is_paused(session, wave_id),
        frame_size=wave.frame_size,
        n_batches=wave.n_batches,
        n_in_batches=wave.n_in_batches,
        cases={(row.theme, row.disposition): row.n for row in session.execute(_CASES, values)},
        messages={(row.step, row.state): row.n for row in session.execute(_MESSAGES, values)},
    )
