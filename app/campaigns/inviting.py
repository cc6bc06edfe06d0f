"""Inviting a batch: who is in it, and one message for each mailbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from app.messages.behind import ADDRESSES_OF_CONTACT, chosen_chat
from app.messages.letterhead import Letterhead
from app.messages.mail_links import ensure_answer_links, ensure_several_links
from app.messages.outbox import Draft, queue_many
from app.messages.suppressions import suppressed
from app.messages.team_mail import tell_colleagues, tell_coordinators
from app.models.campaigns import BatchMember, Wave
from app.models.teams import Team
from app.panel.organisations import departement
from app.vocabulary.dispositions import DISPOSITIONS, D

REGIONS_LABEL = "Régions"


@dataclass(frozen=True, slots=True)
class Invited:
    """What one invitation did."""

    n_territories: int  # that joined the batch
    n_messages: int
    n_without_address: int  # in the batch, with nobody to write to
    n_already: int  # of this département, but invited by an earlier batch


_BATCH = text("""
    INSERT INTO batches (wave_id, departement_code, label, invited_at)
    VALUES (:wave_id, :code, :label, :now)
    ON CONFLICT (wave_id, departement_code) DO NOTHING RETURNING id
""")
_SAME_BATCH = text("""
    SELECT id FROM batches
     WHERE wave_id = :wave_id AND departement_code IS NOT DISTINCT FROM :code
""")
_WHO = {
    False: """
        SELECT territories.id FROM territories
          JOIN territory_departements ON territory_departements.territory_id = territories.id
         WHERE territory_departements.departement_code = :code
           AND territories.asked AND territories.kind <> 'region'
    """,
    True: "SELECT id FROM territories WHERE asked AND kind = 'region'",
}
# The first batch stays: an EPCI may lie in two départements.
_JOIN = """
    INSERT INTO batch_members (wave_id, territory_id, batch_id, invited_at)
    SELECT :wave_id, who.id, :batch_id, :now FROM ({who}) AS who ORDER BY who.id
    ON CONFLICT (wave_id, territory_id) DO NOTHING RETURNING territory_id
"""
_ELSEWHERE = """
    SELECT count(*) FROM ({who}) AS who
      JOIN batch_members ON batch_members.wave_id = :wave_id
                        AND batch_members.territory_id = who.id
     WHERE batch_members.batch_id <> :batch_id
"""
# A mailbox is not asked twice about the same case; a new mailbox of the batch is.
_RECIPIENTS = text(f"""
    SELECT addresses.id AS address_id, addresses.channel, addresses.value, contacts.territory_id,
           contacts.id AS contact_id, cases.id AS case_id, chosen.address_id AS chat_address_id,
           EXISTS (
            SELECT FROM contacts AS also WHERE also.address_id = addresses.id
               AND also.territory_id <> contacts.territory_id AND also.stopped_at IS NULL
               AND also.role <> 'colleague') AS follows_several
      FROM batch_members
      JOIN cases ON cases.wave_id = batch_members.wave_id
                AND cases.territory_id = batch_members.territory_id
      JOIN contacts ON contacts.territory_id = batch_members.territory_id
                   AND contacts.stopped_at IS NULL AND contacts.role <> 'colleague'
      JOIN addresses ON addresses.id = contacts.address_id
      {chosen_chat("NULL")}
     WHERE batch_members.batch_id = :batch_id AND cases.disposition = ANY(:invitable)
       AND (addresses.state = 'good' OR chosen.address_id IS NOT NULL)
       AND NOT EXISTS (
        SELECT FROM message_cases JOIN messages ON messages.id = message_cases.message_id
         WHERE message_cases.case_id = cases.id
           AND messages.address_id = ANY({ADDRESSES_OF_CONTACT})
           AND messages.step = 'invitation' AND messages.state <> 'cancelled')
     ORDER BY addresses.id, contacts.territory_id, cases.id
""")
_UNREACHED = text("""
    SELECT count(*) FROM batch_members
     WHERE batch_id = :batch_id AND NOT EXISTS (
        SELECT FROM cases JOIN message_cases ON message_cases.case_id = cases.id
         WHERE cases.wave_id = batch_members.wave_id
           AND cases.territory_id = batch_members.territory_id)
""")


def invite_batch(
    session: Session,
    wave_id: int,
    departement_code: str | None,
    letterhead: Letterhead,
    *,
    now: datetime,
) -> Invited:
    """Make or complete the batch and queue its messages; the caller holds the wave's row."""
    batch_id, occasion = _batch(session, wave_id, departement_code, now)
    values = {"wave_id": wave_id, "batch_id": batch_id, "code": departement_code, "now": now}
    who = _WHO[departement_code is None]
    joined = session.execute(text(_JOIN.format(who=who)), values).all()
    n_already = session.scalar(text(_ELSEWHERE.format(who=who)), values) or 0
    recipients = _recipients(session, batch_id, letterhead.secret)
    ensure_answer_links(
        session,
        ((row.territory_id, row.contact_id) for row in recipients),
        key_id=letterhead.signer.key_id,
        now=now,
    )
    ensure_several_links(
        session,
        ((row.territory_id, row.contact_id) for row in recipients if row.follows_several),
        key_id=letterhead.signer.key_id,
        now=now,
    )
    n_messages = queue_many(session, _drafts(recipients, wave_id, occasion, now))
    n_messages += _tell_teams(session, wave_id, batch_id, letterhead, now)
    n_without = session.scalar(_UNREACHED, {"batch_id": batch_id}) or 0
    return Invited(len(joined), n_messages, n_without, n_already)


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


def _batch(session: Session, wave_id: int, code: str | None, now: datetime) -> tuple[int, str]:
    """The batch, new or not, and the occasion of its messages: each completion has its own."""
    label = REGIONS_LABEL if code is None else departement(session, code).name
    values = {"wave_id": wave_id, "code": code, "label": label, "now": now}
    made = session.scalar(_BATCH, values)
    if made is not None:
        return made, f"batch:{made}"
    found = int(session.execute(_SAME_BATCH, values).scalar_one())
    return found, f"batch:{found}:{now.isoformat(timespec='milliseconds')}"


def _recipients(session: Session, batch_id: int, secret: str) -> list[Row[Any]]:
    invitable = [code for code, row in DISPOSITIONS.items() if row.may_be_invited]
    values = {"batch_id": batch_id, "invitable": [*invitable, D.INVITED]}
    rows = session.execute(_RECIPIENTS, values).all()
    never = suppressed(session, [(row.channel, row.value) for row in rows], secret)
    return [row for row in rows if row.value.lower() not in never]


def _drafts(
    recipients: Sequence[Row[Any]], wave_id: int, occasion: str, now: datetime
) -> list[Draft]:
    """One message for each mailbox, or for the chat it prefers, whatever it holds of the batch."""
    cases: dict[int, set[int]] = defaultdict(set)  # two mailboxes may prefer one chat
    for row in recipients:
        cases[row.chat_address_id or row.address_id].add(row.case_id)
    return [
        Draft(
            address_id=address_id,
            wave_id=wave_id,
            step="invitation",
            occasion=occasion,
            case_ids=tuple(sorted(case_ids)),
            not_before=now,
        )
        for address_id, case_ids in cases.items()
    ]
