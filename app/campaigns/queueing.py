"""From what was planned to the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.campaigns.plan import Sending
from app.messages.outbox import Draft, queue_many


@dataclass(frozen=True, slots=True)
class Queued:
    """What one planning put in the outbox."""

    n_messages: int
    n_cases: int


def queue_sendings(session: Session, planned: Sequence[Sending]) -> Queued:
    """Put planned messages in the outbox."""
    n_messages = queue_many(session, [_draft(one) for one in planned])
    return Queued(n_messages, len({case for one in planned for case in one.case_ids}))


def _draft(one: Sending) -> Draft:
    return Draft(
        address_id=one.address_id,
        wave_id=one.wave_id,
        step=one.message_step,
        occasion=one.occasion,
        case_ids=one.case_ids,
        link_id=one.link_id,
        not_before=one.leaves_at,
        details=_details(one),
        words=one.step.words if one.step else None,
    )


def _details(one: Sending) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if one.signed_by is not None:
        details["signed_by"] = one.signed_by
    if one.asked_at is not None:
        details["asked_at"] = one.asked_at.isoformat()
    if one.step is not None and one.step.id:
        details["step_id"] = one.step.id  # so that no case takes a step twice
    if one.experiment_id is not None:
        details["experiment"] = one.experiment_id
    return details
