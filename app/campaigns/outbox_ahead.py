"""What waits in the outbox of running waves, judged as it will be when it is about to leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.campaigns.plan import Sending
from app.messages.judging import Held, judge_all
from app.messages.letterhead import Letterhead
from app.messages.letters import Letter
from app.messages.reading import read_letters
from app.vocabulary.message_life import UNASKED, EventKind

AT_ONCE = 500

_WAITING = text("""
    SELECT id, address_id, wave_id, step, channel, template_id, link_id, details, tries,
           last_reason, next_try_at, occasion
      FROM messages
     WHERE wave_id = ANY(:waves) AND step = ANY(:unasked) AND state IN ('queued', 'sending')
     ORDER BY next_try_at, id
""")


@dataclass(slots=True)
class Waiting:
    """What will leave, and of each case that will not, why."""

    sendings: list[Sending] = field(default_factory=list)
    cancelled: dict[int, str] = field(default_factory=dict)  # by case


def waiting(
    session: Session, waves: Sequence[int], letterhead: Letterhead, *, now: datetime
) -> Waiting:
    """The messages of these waves that wait, each judged at its hour as far as is known now."""
    found = Waiting()
    values = {"waves": list(waves), "unasked": list(UNASKED)}
    rows = iter(session.execute(_WAITING, values).all())
    while some := list(islice(rows, AT_ONCE)):
        letters = read_letters(session, some, secret=letterhead.secret, now=now)
        for row, letter in zip(some, letters, strict=True):
            at = max(now, row.next_try_at)
            (judged,) = judge_all([letter], now=at)
            _note(found, row, letter, judged, at)
    return found


def _note(
    found: Waiting, row: Row[Any], letter: Letter, judged: Letter | Held, at: datetime
) -> None:
    if isinstance(judged, Held) and judged.kind is EventKind.CANCELLED:
        found.cancelled.update((case.id, judged.reason) for case in letter.cases)
        return
    later = judged.until if isinstance(judged, Held) else None
    cases = letter.cases if isinstance(judged, Held) else judged.cases
    found.sendings.append(
        Sending(
            wave_id=row.wave_id,
            message_step=row.step,
            address_id=row.address_id,
            channel=row.channel,
            occasion=row.occasion,
            case_ids=tuple(case.id for case in cases),
            leaves_at=later or at,
            link_id=row.link_id,
        )
    )
