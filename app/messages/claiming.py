"""Claiming: lease a handful, check again what planning knew, write what may leave."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.messages.carriers import LONGEST_CARRY, Parcel
from app.messages.compose import UNWRITABLE, compose, sheet_of
from app.messages.drafts import HANDFUL
from app.messages.fall_back import queue_by_mail
from app.messages.holds.domains import postpone_refused
from app.messages.judging import Held, judge_all, to_mail
from app.messages.letterhead import Letterhead
from app.messages.letters import Letter
from app.messages.mail_links import ensure_stop_links, with_chat_links
from app.messages.reading import missing_stop_links, read_letters
from app.messages.wordings import stored_wordings
from app.vocabulary.message_life import LEASE, MOST_TRIES, EventKind

log = logging.getLogger(__name__)

# A parcel is not begun with less than this left of its lease.
MARGIN_SECONDS = LONGEST_CARRY


@dataclass(frozen=True, slots=True)
class Handful:
    """What one claim took: parcels to carry, and how many rows it leased in all."""

    parcels: tuple[Parcel, ...]
    n_leased: int


# What killed a worker must not use up the tries of nineteen others: a message whose lease ran
# out is claimed alone. Leases go by the database's clock, on which every machine agrees.
_LEASE = text("""
    WITH due AS MATERIALIZED (
        SELECT id, state FROM messages
         WHERE lane = :lane AND tries < :most AND wave_id <> ALL(:without)
           AND (state = 'queued' AND next_try_at <= :now
                OR state = 'sending' AND leased_until < clock_timestamp())
         ORDER BY next_try_at, id LIMIT :handful FOR UPDATE SKIP LOCKED
    ), chosen AS (
        (SELECT id FROM due WHERE state = 'sending' LIMIT 1)
        UNION ALL
        SELECT id FROM due WHERE NOT EXISTS (SELECT FROM due WHERE state = 'sending')
    )
    UPDATE messages
       SET state = 'sending', tries = tries + 1, leased_until = clock_timestamp() + :lease
     WHERE id IN (SELECT id FROM chosen)
    RETURNING id, address_id, wave_id, step, channel, template_id, link_id, details, tries,
              last_reason, next_try_at
""")
_HOLD = text("""
    WITH held AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(:held) AS held (
            id uuid, kind text, reason text, until timestamptz, tries int, told boolean)
    ), changed AS (
        UPDATE messages
           SET state = CASE held.kind WHEN 'cancelled' THEN 'cancelled'
                                      WHEN 'refused' THEN 'failed' ELSE 'queued' END,
               tries = messages.tries - 1, leased_until = NULL, last_reason = held.reason,
               next_try_at = coalesce(held.until, messages.next_try_at)
          FROM held WHERE messages.id = held.id
        RETURNING messages.id
    )
    INSERT INTO message_events (message_id, kind, tries, detail, at)
    SELECT held.id, held.kind, held.tries - 1, '', :now
      FROM held JOIN changed ON changed.id = held.id
     WHERE held.told ORDER BY held.id
""").bindparams(bindparam("held", type_=JSONB))


def claim_handful(
    session: Session,
    lane: str,
    letterhead: Letterhead,
    *,
    now: datetime,
    without: Collection[int] = (),
    lease: timedelta = LEASE,
) -> Handful:
    """Lease what is due on a lane, hold back what may not leave, write the rest.

    `without`: waves not to be touched here (a simulated one, when the server is not ours).
    """
    carry_before = time.monotonic() + lease.total_seconds() - MARGIN_SECONDS
    leased = _leased(session, lane, now, without, lease)
    if not leased:
        return Handful((), 0)
    missing = missing_stop_links(session, [row.id for row in leased])
    if missing:
        ensure_stop_links(session, missing, key_id=letterhead.signer.key_id, now=now)
    letters = read_letters(session, leased, secret=letterhead.secret, now=now)
    judged = postpone_refused(session, judge_all(letters, now=now), now=now)
    queue_by_mail(session, {one.id: to_mail(one) for one in letters}, now=now)
    leaving = [one for one in judged if isinstance(one, Letter)]
    if letterhead.telegram_bot:
        leaving = with_chat_links(session, leaving, key_id=letterhead.signer.key_id, now=now)
    written = _written(session, leaving, letterhead, carry_before, now)
    _hold_back(session, [one for one in (*judged, *written) if isinstance(one, Held)], now)
    return Handful(tuple(one for one in written if isinstance(one, Parcel)), len(leased))


def claim(session: Session, lane: str, letterhead: Letterhead, *, now: datetime) -> list[Parcel]:
    """The next parcels of a lane; empty when nothing that is due may leave."""
    while True:
        handful = claim_handful(session, lane, letterhead, now=now)
        if handful.parcels or not handful.n_leased:
            return list(handful.parcels)


def _leased(
    session: Session, lane: str, now: datetime, without: Collection[int], lease: timedelta
) -> list[Row[Any]]:
    rows = session.execute(
        _LEASE,
        {
            "lane": lane,
            "now": now,
            "most": MOST_TRIES,
            "without": list(without),
            "handful": HANDFUL,
            "lease": lease,
        },
    ).all()
    return sorted(rows, key=lambda row: (row.next_try_at, row.id))


def _hold_back(session: Session, held: Sequence[Held], now: datetime) -> None:
    """Cancel or postpone, with the reason; a try that was not made is given back."""
    if not held:
        return
    rows = [
        {
            "id": str(one.letter.id),
            "kind": one.kind,
            "reason": one.reason,
            "until": one.until.isoformat() if one.until else None,
            "tries": one.letter.tries,
            # Looked at again each hour of a long pause, it is told once.
            "told": one.kind is not EventKind.POSTPONED or one.reason != one.letter.last_reason,
        }
        for one in held
    ]
    session.execute(_HOLD, {"held": rows, "now": now})


def _written(
    session: Session,
    letters: Sequence[Letter],
    letterhead: Letterhead,
    carry_before: float,
    now: datetime,
) -> list[Parcel | Held]:
    """The parcels of these letters; one that cannot be written fails alone, and says why."""
    ids = sorted({letter.template_id for letter in letters})
    wordings = {row.id: row for row in stored_wordings(session, ids)}
    written: list[Parcel | Held] = []
    for letter in letters:
        try:
            it = wordings[letter.template_id]
            sheet = sheet_of(it.subject, it.body_text, it.body_html)
            written.append(compose(letter, sheet, letterhead, carry_before=carry_before, now=now))
        except UNWRITABLE as error:
            # The class alone: an error's words may quote what the letter was about to say.
            log.warning("message %s cannot be written: %s", letter.id, type(error).__name__)
            written.append(Held(letter, EventKind.REFUSED, _reason(error)))
    return written


def _reason(error: Exception) -> str:
    return (
        f"Le modèle de ce message ne peut pas être rempli ({type(error).__name__})\u00a0: "
        "corrigez-le avant les prochains envois."
    )
