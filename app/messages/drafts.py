"""Putting messages in the outbox, in bulk: rows, what they speak of, and lane jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.errors import Refused
from app.jobs import defer
from app.messages.lanes import lane_named
from app.messages.wordings import current_templates

AT_ONCE = 5_000  # written by one statement: PostgreSQL takes no JSON array above 256 MB
HANDFUL = 40  # messages claimed at once, well within a lease unless a server is very slow


class RealAddress(Refused):
    """A simulated campaign was about to write to real people."""

    sentence = (
        "Une campagne simulée n’écrit qu’à des adresses en «\u00a0.invalid\u00a0»\u00a0; "
        "à corriger\u00a0: {n}. Changez-les, ou créez une véritable campagne."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """One thing to say to one mailbox. `occasion`: the batch, the case or the request.

    `not_before` is the moment it was decided, unless it is to leave later. `words` names the text
    of the mail; None: the one that is named like the step. A chat has its own text, and keeps the
    name among its details, for the mail that may follow it.
    """

    address_id: int
    wave_id: int
    step: str
    occasion: str
    case_ids: tuple[int, ...]
    not_before: datetime
    link_id: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)
    words: str | None = None


_SIMULATED = text("""
    SELECT count(DISTINCT addresses.id)
      FROM jsonb_to_recordset(:drafts) AS draft (address_id bigint, wave_id bigint)
      JOIN addresses ON addresses.id = draft.address_id
      JOIN waves ON waves.id = draft.wave_id
      JOIN campaigns ON campaigns.id = waves.campaign_id
     WHERE campaigns.simulated AND addresses.channel = 'email'
       AND addresses.value NOT ILIKE '%.invalid'
""").bindparams(bindparam("drafts", type_=JSONB))
_WRITE = text("""
    WITH draft AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(:drafts) AS draft (
            id uuid, address_id bigint, wave_id bigint, step text, occasion text,
            template_id bigint, chat_template_id bigint, link_id uuid, details jsonb,
            not_before timestamptz, case_ids jsonb, words text)
    ), written AS (
        INSERT INTO messages (id, address_id, wave_id, step, occasion, channel, lane, template_id,
                              link_id, details, next_try_at, created_at)
        SELECT draft.id, draft.address_id, draft.wave_id, draft.step, draft.occasion,
               addresses.channel, addresses.lane,
               CASE addresses.channel WHEN 'email' THEN draft.template_id
                                      ELSE draft.chat_template_id END, draft.link_id,
               CASE WHEN addresses.channel = 'email' OR draft.words IS NULL THEN draft.details
                    ELSE draft.details || jsonb_build_object('words', draft.words) END,
               draft.not_before, draft.not_before
          FROM draft JOIN addresses ON addresses.id = draft.address_id
         ORDER BY draft.address_id, draft.occasion
        ON CONFLICT (address_id, wave_id, step, occasion) DO NOTHING
        RETURNING id, lane
    ), spoken AS (
        INSERT INTO message_cases (message_id, case_id)
        SELECT draft.id, spoken.case_id::bigint
          FROM draft JOIN written ON written.id = draft.id,
               jsonb_array_elements_text(draft.case_ids) AS spoken (case_id)
    )
    SELECT id, lane FROM written
""").bindparams(bindparam("drafts", type_=JSONB))


def queue_many(session: Session, drafts: Sequence[Draft]) -> int:
    """Put messages in the outbox, with the jobs to send them; how many were not there yet."""
    return len(_queue(session, drafts))


def queue_one(session: Session, draft: Draft) -> UUID | None:
    """Put one message in the outbox; None if it was there already."""
    written = _queue(session, [draft])
    return written[0] if written else None


def _queue(session: Session, drafts: Sequence[Draft]) -> list[UUID]:
    if not drafts:
        return []
    templates = current_templates(session, now=min(draft.not_before for draft in drafts))
    written: list[Row[Any]] = []
    for start in range(0, len(drafts), AT_ONCE):
        written += _write(session, drafts[start : start + AT_ONCE], templates)
    wake_lanes(session, Counter(row.lane for row in written))
    return [row.id for row in written]


def _write(
    session: Session, drafts: Sequence[Draft], templates: Mapping[str, int]
) -> Sequence[Row[Any]]:
    rows = [_row(draft, templates) for draft in drafts]
    n_real = session.scalar(_SIMULATED, {"drafts": rows})
    if n_real:
        raise RealAddress(n=n_real)
    return session.execute(_WRITE, {"drafts": rows}).all()


def wake_lanes(session: Session, waiting: Mapping[str, int]) -> int:
    """Defer a drain for each slot that the messages waiting on a lane can fill; how many jobs."""
    n_jobs = 0
    for name, n_messages in sorted(waiting.items()):
        useful = min(lane_named(name).slots, -(-n_messages // HANDFUL))
        for slot in range(1, useful + 1):
            lock = f"lane:{name}:{slot}"
            n_jobs += defer(session, "drain_lane", queueing_lock=lock, lane=name)
    return n_jobs


def _row(draft: Draft, templates: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "address_id": draft.address_id,
        "wave_id": draft.wave_id,
        "step": draft.step,
        "occasion": draft.occasion,
        "template_id": templates[draft.words or draft.step],
        "chat_template_id": templates.get(f"chat_{draft.step}"),
        "link_id": str(draft.link_id) if draft.link_id else None,
        "details": draft.details,
        "not_before": draft.not_before.isoformat(),
        "case_ids": list(draft.case_ids),
        "words": draft.words,
    }
