"""Inviting a batch: who is in it, and one message for each mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text, update
from sqlalchemy.orm import Session

from app.campaigns.foresight import Announced, in_turn
from app.campaigns.members import join, members
from app.campaigns.queueing import queue_sendings
from app.campaigns.recipients import invitations, recipients
from app.campaigns.steps import Rules
from app.messages.letterhead import Letterhead
from app.messages.mail_links import ensure_answer_links, ensure_several_links
from app.messages.team_mail import tell_colleagues, tell_coordinators
from app.models.campaigns import Batch, BatchMember, Wave
from app.models.teams import Team
from app.panel.organisations import departement
from app.vocabulary.wave_steps import BatchKind

REGIONS_LABEL = "Régions"


@dataclass(frozen=True, slots=True)
class Invited:
    """What one invitation did."""

    n_territories: int  # that joined the batch
    n_messages: int
    n_without_address: int  # in the batch, with nobody to write to
    n_already: int  # of this département, but invited by an earlier batch


_BATCH = text("""
    INSERT INTO batches (wave_id, kind, departement_code, label, invited_at)
    VALUES (:wave_id, :kind, :code, :label, :now)
    ON CONFLICT (wave_id, kind, departement_code) WHERE kind IN ('departement', 'regions')
    DO NOTHING RETURNING id
""")
_SAME_BATCH = text("""
    SELECT id FROM batches
     WHERE wave_id = :wave_id AND kind = :kind AND departement_code IS NOT DISTINCT FROM :code
""")
_UNREACHED = text("""
    SELECT count(*) FROM batch_members
     WHERE batch_id = :batch_id AND NOT EXISTS (
        SELECT FROM cases JOIN message_cases ON message_cases.case_id = cases.id
         WHERE cases.wave_id = batch_members.wave_id
           AND cases.territory_id = batch_members.territory_id)
""")


def invite_place(
    session: Session,
    wave_id: int,
    departement_code: str | None,
    rules: Rules,
    letterhead: Letterhead,
    *,
    now: datetime,
) -> Invited:
    """Invite a département, or the régions (None), whether or not it was planned for another day.

    The caller holds the wave's row. Asked again, it invites those that got an address since.
    """
    code, kind = departement_code, BatchKind.DEPARTEMENT if departement_code else BatchKind.REGIONS
    label = REGIONS_LABEL if code is None else departement(session, code).name
    values = {"wave_id": wave_id, "kind": kind, "code": code, "label": label, "now": now}
    made = session.scalar(_BATCH, values)
    batch_id = made or int(session.execute(_SAME_BATCH, values).scalar_one())
    return invite_batch(session, batch_id, rules, letterhead, now=now, again=made is None)


def invite_batch(
    session: Session,
    batch_id: int,
    rules: Rules,
    letterhead: Letterhead,
    *,
    now: datetime,
    again: bool = False,
) -> Invited:
    """Complete the batch and queue its messages; the caller holds the wave's row.

    `again`: it was invited before, and each completion has an occasion of its own.
    """
    batch = session.get_one(Batch, batch_id)
    wave_id, kind = batch.wave_id, BatchKind(batch.kind)
    late = again and batch.invited_at is not None
    occasion = f"batch:{batch_id}" + (f":{now.isoformat(timespec='milliseconds')}" if late else "")
    session.execute(
        update(Batch).where(Batch.id == batch_id, Batch.invited_at.is_(None)).values(invited_at=now)
    )
    joined = join(session, wave_id, batch_id, kind, now=now)
    rows = recipients(
        session, wave_id, members(session, batch_id), secret=letterhead.secret, now=now
    )
    ensure_links(session, rows, letterhead, now=now)
    n_messages = announce(session, invitations(rows, wave_id, occasion, now), rules)
    n_messages += _tell_teams(session, wave_id, batch_id, letterhead, now)
    n_without = session.scalar(_UNREACHED, {"batch_id": batch_id}) or 0
    return Invited(joined.n_joined, n_messages, n_without, joined.n_elsewhere)


def announce(session: Session, announced: Sequence[Announced], rules: Rules) -> int:
    """Queue these, each for its moment, unless the wave ends before; how many."""
    return queue_sendings(session, in_turn(announced, rules)).n_messages


def ensure_links(
    session: Session, rows: Sequence[Row[Any]], letterhead: Letterhead, *, now: datetime
) -> None:
    """The links that the messages to these recipients will hold."""
    key_id = letterhead.signer.key_id
    held = [(row.territory_id, row.contact_id) for row in rows]
    of_several = [(row.territory_id, row.contact_id) for row in rows if row.follows_several]
    ensure_answer_links(session, held, key_id=key_id, now=now)
    ensure_several_links(session, of_several, key_id=key_id, now=now)


def _tell_teams(
    session: Session, wave_id: int, batch_id: int, letterhead: Letterhead, now: datetime
) -> int:
    """Whom the authorities of the batch chose for these themes; how many messages."""
    territories = list(
        session.scalars(
            select(BatchMember.territory_id)
            .join(Team, Team.territory_id == BatchMember.territory_id)
            .join(Wave, (Wave.campaign_id == Team.campaign_id) & (Wave.id == wave_id))
            .where(BatchMember.batch_id == batch_id)
            .order_by(BatchMember.territory_id)
        )
    )
    if not territories:
        return 0
    secret, key_id = letterhead.secret, letterhead.signer.key_id
    n_coordinators = tell_coordinators(
        session, wave_id, territories, secret=secret, key_id=key_id, now=now
    )
    n_colleagues = tell_colleagues(
        session, wave_id, territories, secret=secret, key_id=key_id, now=now
    )
    return n_coordinators + n_colleagues
