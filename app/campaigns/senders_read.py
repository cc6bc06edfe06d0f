"""Who may sign a prenotice, as staff read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.campaigns import Batch, Sender
from app.models.organisations import Organisation


@dataclass(frozen=True, slots=True)
class SenderShown:
    """One who signs; `n_batches` counts the batches whose prenotice they sign."""

    id: int
    name: str
    reply_to: str
    words: str
    organisation: str
    n_batches: int


def every_sender(session: Session) -> Sequence[SenderShown]:
    """All of them, by name."""
    signed = (
        select(func.count())
        .select_from(Batch)
        .where(Batch.sender_id == Sender.id)
        .correlate(Sender)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Sender, Organisation.name, signed)
        .outerjoin(Organisation, Organisation.id == Sender.organisation_id)
        .order_by(Sender.name)
    )
    return [
        SenderShown(one.id, one.name, one.reply_to, one.words, organisation or "", n_batches)
        for one, organisation, n_batches in rows
    ]


def organisations_of_senders(session: Session) -> Sequence[str]:
    """The names of the organisations that somebody who signs may belong to."""
    return list(session.scalars(select(Organisation.name).order_by(Organisation.name)))
