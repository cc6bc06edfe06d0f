"""Why a case gets nothing: one reason each, in French, for the staff."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.vocabulary.dispositions import DISPOSITIONS, SUBMITTED, D
from app.vocabulary.french_dates import day_month
from app.vocabulary.in_sentences import uncapitalised

NO_BATCH = "Dans aucun lot, invité ou programmé."
NO_CONTACT = "Aucune adresse connue."
STOPPED = "Son adresse ne veut plus de nos messages."
BOUNCING = "Son adresse rejette nos messages."
ALL_SENT = "Toutes les relances prévues sont parties."
NOT_YET = "Rien ne tombe avant cette date."
ANSWERED = "Réponse déjà reçue."


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One theme of one authority that gets nothing, and why."""

    case_id: int
    territory_id: int
    theme: str
    reason: str


# Aggregates are made once, not for each case: there are a hundred thousand of them.
_CASES = text("""
    SELECT cases.id, cases.territory_id, cases.theme, cases.disposition, members.invited_at,
           coalesce(known.n, 0) AS n, coalesce(known.n_good, 0) AS n_good,
           coalesce(known.n_stopped, 0) AS n_stopped, coalesce(written.n, 0) AS n_reminders
      FROM cases
      LEFT JOIN batch_members AS members ON members.wave_id = cases.wave_id
                                        AND members.territory_id = cases.territory_id
      LEFT JOIN (
        SELECT contacts.territory_id, count(*) AS n,
               count(*) FILTER (WHERE addresses.state = 'good'
                                  AND contacts.stopped_at IS NULL) AS n_good,
               count(*) FILTER (WHERE addresses.state IN ('stopped', 'erased')
                                   OR contacts.stopped_at IS NOT NULL) AS n_stopped
          FROM contacts JOIN addresses ON addresses.id = contacts.address_id
         WHERE contacts.role <> 'colleague' GROUP BY contacts.territory_id) AS known
        ON known.territory_id = cases.territory_id
      LEFT JOIN (
        SELECT message_cases.case_id, count(*) AS n FROM message_cases
          JOIN messages ON messages.id = message_cases.message_id
         WHERE messages.wave_id = :wave_id AND messages.step = 'reminder'
           AND messages.state <> 'cancelled' GROUP BY message_cases.case_id) AS written
        ON written.case_id = cases.id
     WHERE cases.wave_id = :wave_id
     ORDER BY cases.id
""")


def left_out(
    session: Session,
    wave_id: int,
    told: Collection[int],
    cancelled: Mapping[int, str],
    planned: Mapping[int, datetime],
    *,
    until: datetime,
) -> Iterator[LeftOut]:
    """Every case of the wave that nothing speaks of until then.

    `cancelled`: why a message that waits will not speak of it, by case. `planned`: when its batch
    will be invited, by authority.
    """
    for row in session.execute(_CASES, {"wave_id": wave_id}):
        if row.id in told:
            continue
        reason = cancelled.get(row.id) or _reason(row, planned.get(row.territory_id), until)
        yield LeftOut(row.id, row.territory_id, row.theme, reason)


def _reason(row: Row[Any], planned_at: datetime | None, until: datetime) -> str:
    disposition = D(row.disposition)
    if disposition in SUBMITTED:
        return ANSWERED
    state = DISPOSITIONS[disposition]
    if not state.may_be_invited and not state.may_be_reminded:
        return f"État du questionnaire\u00a0: {uncapitalised(state.label)}."
    if not row.n:
        return NO_CONTACT
    if not row.n_good:
        return STOPPED if row.n_stopped else BOUNCING
    if state.may_be_invited and planned_at is not None and planned_at > until:
        return f"Sera invitée le {day_month(planned_at)}."
    if state.may_be_invited:
        return NO_BATCH if row.invited_at is None and planned_at is None else STOPPED
    return ALL_SENT if row.n_reminders else NOT_YET
