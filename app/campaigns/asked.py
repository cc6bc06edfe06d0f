"""When each theme is asked: by a wave that is open, or by one that is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.waves import EFFECTIVE_END
from app.models.campaigns import Campaign, Wave, WaveQuestionnaire


@dataclass(frozen=True, slots=True)
class Asking:
    """A wave that asks a theme, or will; `questionnaire_id` is None until it has opened."""

    questionnaire_id: int | None
    label: str
    opens_at: datetime
    ends_at: datetime
    is_open: bool
    simulated: bool


def asking(session: Session, *, now: datetime) -> Mapping[str, Asking]:
    """For each theme, the wave that asks it now, else the next one planned; none when neither.

    A real wave speaks before a simulated one.
    """
    rows = session.execute(
        select(
            WaveQuestionnaire.theme,
            WaveQuestionnaire.questionnaire_id,
            Wave.label,
            Wave.opens_at,
            Wave.opened_at,
            EFFECTIVE_END.label("ends_at"),
            Campaign.simulated,
        )
        .join(Wave, Wave.id == WaveQuestionnaire.wave_id)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(now < EFFECTIVE_END)
        .order_by(Campaign.simulated, Wave.opens_at, Wave.id)
    ).all()
    found: dict[str, Asking] = {}
    for row in rows:
        is_open = row.opened_at is not None and row.opened_at <= now
        known = found.get(row.theme)
        if known and (known.is_open or not is_open or known.simulated is not row.simulated):
            continue
        version = row.questionnaire_id if is_open else None
        found[row.theme] = Asking(
            version, row.label, row.opens_at, row.ends_at, is_open, row.simulated
        )
    return found
