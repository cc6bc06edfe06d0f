"""How sending goes, lane by lane: what waits, leaves, left, at which pace, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary.message_life import MOST_TRIES

PACE_OVER = timedelta(minutes=5)
SHORTEST = timedelta(seconds=1)  # over which a pace is told

_COUNTED = text("""
    SELECT lane,
           count(*) FILTER (WHERE state = 'queued' AND next_try_at <= :now AND tries < :most)
               AS n_due,
           count(*) FILTER (WHERE state = 'queued' AND next_try_at > :now) AS n_later,
           count(*) FILTER (WHERE state = 'sending') AS n_leaving,
           count(*) FILTER (WHERE state IN ('sent', 'delivered')) AS n_sent,
           count(*) FILTER (WHERE state = 'failed') AS n_refused,
           count(*) FILTER (WHERE state = 'bounced') AS n_bounced,
           count(*) FILTER (WHERE state = 'cancelled') AS n_cancelled,
           min(next_try_at) FILTER (WHERE state = 'queued' AND next_try_at > :now) AS next_at
      FROM messages WHERE CAST(:wave_id AS bigint) IS NULL OR wave_id = :wave_id
     GROUP BY lane ORDER BY lane
""")
_LATELY = text("""
    SELECT messages.lane, count(*) FILTER (WHERE lately.kind = 'sent') AS n_sent,
           count(*) FILTER (WHERE lately.kind IN ('refused', 'bounced')) AS n_refused,
           count(*) FILTER (WHERE lately.kind = 'deferred') AS n_deferred,
           min(lately.at) AS began_at
      FROM message_events AS lately JOIN messages ON messages.id = lately.message_id
     WHERE lately.at > :since AND lately.kind IN ('sent', 'refused', 'bounced', 'deferred')
       AND (CAST(:wave_id AS bigint) IS NULL OR messages.wave_id = :wave_id)
     GROUP BY messages.lane ORDER BY messages.lane
""")


@dataclass(frozen=True, slots=True)
class Pace:
    """What a lane did in the last five minutes."""

    n_sent: int
    n_refused: int  # for good, bounces included
    n_deferred: int
    began_at: datetime | None  # its first event of these minutes
    until: datetime

    @property
    def per_second(self) -> float:
        """Messages sent a second, since the lane began if that is less than five minutes ago."""
        if self.began_at is None:
            return 0.0
        return self.n_sent / max(self.until - self.began_at, SHORTEST).total_seconds()


@dataclass(frozen=True, slots=True)
class LaneProgress:
    """Where the messages of a lane stand."""

    lane: str
    n_due: int
    n_later: int  # queued for a later hour: a closed office, a pause, another try
    n_leaving: int
    n_sent: int
    n_refused: int
    n_bounced: int
    n_cancelled: int
    next_at: datetime | None  # when the first of those for later may leave
    pace: Pace

    @property
    def ends_at(self) -> datetime | None:
        """When what is due will have left, at this pace; None when nothing leaves."""
        left = self.n_due + self.n_leaving
        if not left or not self.pace.n_sent:
            return None
        return self.pace.until + timedelta(seconds=left / self.pace.per_second)


@dataclass(frozen=True, slots=True)
class Progress:
    """All lanes at one moment."""

    at: datetime
    lanes: tuple[LaneProgress, ...]

    @property
    def n_left(self) -> int:
        """What is due or leaving now."""
        return sum(one.n_due + one.n_leaving for one in self.lanes)

    @property
    def ends_at(self) -> datetime | None:
        """When the slowest lane will have sent what is due; None if one of them does not move."""
        waiting = [one for one in self.lanes if one.n_due + one.n_leaving]
        ends = [one.ends_at for one in waiting]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    @property
    def next_at(self) -> datetime | None:
        """When the next message that is for later may leave."""
        return min((one.next_at for one in self.lanes if one.next_at), default=None)

    @property
    def n_later(self) -> int:
        return sum(one.n_later for one in self.lanes)


def progress(session: Session, *, now: datetime, wave_id: int | None = None) -> Progress:
    """Count the messages of a wave, or of all of them."""
    values = {"wave_id": wave_id, "now": now}
    paces = _paces(session, wave_id, now)
    still = Pace(0, 0, 0, None, now)
    return Progress(
        now,
        tuple(
            LaneProgress(pace=paces.get(row.lane, still), **row._asdict())
            for row in session.execute(_COUNTED, {**values, "most": MOST_TRIES})
        ),
    )


def _paces(session: Session, wave_id: int | None, now: datetime) -> dict[str, Pace]:
    rows = session.execute(_LATELY, {"wave_id": wave_id, "since": now - PACE_OVER})
    return {
        row.lane: Pace(row.n_sent, row.n_refused, row.n_deferred, row.began_at, now) for row in rows
    }
