"""Telephone steps: a call to make, for each authority still silent on its day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.campaigns.steps import Rules, Step
from app.models.cases import FollowUp
from app.vocabulary.dispositions import CALLABLE, D
from app.vocabulary.letters import BEGUN
from app.vocabulary.office_hours import departement_of
from app.vocabulary.wave_steps import Anchor, StepKind

NOTE = "Appel prévu par le calendrier de la vague\u00a0: pas encore de réponse complète."

BEGUN_AT = """
    (SELECT min(held.moved_at) FROM cases AS held
      WHERE held.wave_id = :wave_id AND held.territory_id = territories.id
        AND held.disposition = ANY(:begun))
"""
"""When an authority began to answer in this wave, for a query that reads `territories`.

A call, like a letter, is for the authority, whoever of its people began.
"""

_SILENT = text(f"""
    SELECT members.territory_id, members.invited_at,
           territories.departement_code, territories.region_code, {BEGUN_AT} AS begun_at
      FROM batch_members AS members
      JOIN territories ON territories.id = members.territory_id
     WHERE members.wave_id = :wave_id AND members.invited_at <= :invited_before
       AND EXISTS (SELECT FROM cases
                    WHERE cases.wave_id = members.wave_id
                      AND cases.territory_id = members.territory_id
                      AND cases.disposition = ANY(:callable))
       AND NOT EXISTS (SELECT FROM follow_ups
                        WHERE follow_ups.territory_id = members.territory_id
                          AND follow_ups.step_id = :step_id)
     ORDER BY members.territory_id
""")


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make."""

    territory_id: int
    wave_id: int
    step: Step
    at: datetime


def calls_of(
    session: Session, wave_id: int, rules: Rules, *, until: datetime, foreseen: bool = False
) -> Iterator[Call]:
    """The calls that fall until then, to whoever was invited and is silent now.

    `foreseen`: also to those whose invitation waits, as if it left and nobody answered.
    """
    for step in rules.of_kind(StepKind.TELEPHONE):
        early = timedelta(days=step.days if step.anchor is Anchor.INVITATION else 0, hours=-1)
        values = {
            "wave_id": wave_id,
            "step_id": step.id,
            **silence(foreseen=foreseen),
            "invited_before": until - early,
        }
        for row in session.execute(_SILENT, values).all():
            place = departement_of(row.departement_code, row.region_code)
            call = call_of(
                row.territory_id, wave_id, step, rules, row.invited_at, row.begun_at, place
            )
            if call is not None and call.at <= until:
                yield call


def silence(*, foreseen: bool) -> dict[str, list[str]]:
    """Who may be called, and who has begun, for a statement that asks for `:callable`, `:begun`."""
    callable_now = CALLABLE | {D.NOT_INVITED} if foreseen else CALLABLE
    return {"callable": sorted(callable_now), "begun": sorted(BEGUN)}


def call_of(
    territory_id: int,
    wave_id: int,
    step: Step,
    rules: Rules,
    invited_at: datetime,
    begun_at: datetime | None,
    departement: str,
) -> Call | None:
    """The call of one authority invited then, at an hour when it is open; None past the end.

    None too where the step is not for whoever began to answer then, or has not.
    """
    at = rules.due_at(step, invited_at, begun_at, departement)
    return None if at is None else Call(territory_id, wave_id, step, at)


def ask_for_calls(session: Session, wave_id: int, rules: Rules, *, now: datetime) -> int:
    """Put the calls that are due among those promised; a second clock adds none. How many."""
    rows = [
        {
            "territory_id": call.territory_id,
            "wave_id": wave_id,
            "note": NOTE,
            "at": now,
            "call_again_at": call.at,
            "step_id": call.step.id,
        }
        for call in calls_of(session, wave_id, rules, until=now)
    ]
    if not rows:
        return 0
    added = insert(FollowUp).on_conflict_do_nothing().returning(FollowUp.id)
    return len(session.execute(added, rows).all())
