"""To whom a batch is announced or asked: one message for each mailbox, or chat it prefers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.campaigns.foresight import Announced
from app.campaigns.members import PlannedBatch
from app.campaigns.reminders import Silent
from app.messages.behind import (
    ADDRESSES_EVERYWHERE,
    ADDRESSES_OF_CONTACT,
    PERSON,
    WRITTEN,
    chosen_chat,
)
from app.messages.suppressions import suppressed
from app.vocabulary.dispositions import DISPOSITIONS, D
from app.vocabulary.message_life import MONTH, UNASKED
from app.vocabulary.office_hours import departement_of
from app.vocabulary.scope import Channel

# A mailbox is not asked twice about the same case; a new mailbox of the batch is.
_RECIPIENTS = text(f"""
    SELECT addresses.id AS address_id, addresses.channel, addresses.value, addresses.state,
           contacts.territory_id, contacts.id AS contact_id, cases.id AS case_id,
           chosen.address_id AS chat_address_id, chat.channel AS chat_channel,
           territories.departement_code, territories.region_code,
           {PERSON},
           recent.written,
           EXISTS (
            SELECT FROM message_cases JOIN messages ON messages.id = message_cases.message_id
             WHERE message_cases.case_id = cases.id AND messages.address_id = addresses.id
               AND messages.step = 'prenotice' AND messages.state <> 'cancelled') AS announced,
           EXISTS (
            SELECT FROM contacts AS also WHERE also.address_id = addresses.id
               AND also.territory_id <> contacts.territory_id AND also.stopped_at IS NULL
               AND also.role <> 'colleague') AS follows_several
      FROM cases
      JOIN territories ON territories.id = cases.territory_id
      JOIN contacts ON contacts.territory_id = cases.territory_id
                   AND contacts.stopped_at IS NULL AND contacts.role <> 'colleague'
      JOIN addresses ON addresses.id = contacts.address_id
      {chosen_chat("NULL")}
      LEFT JOIN addresses AS chat ON chat.id = chosen.address_id
      CROSS JOIN LATERAL (SELECT {ADDRESSES_OF_CONTACT} AS ids) AS person
      CROSS JOIN LATERAL (SELECT {ADDRESSES_EVERYWHERE} AS ids) AS everywhere
      {WRITTEN}
     WHERE cases.wave_id = :wave_id AND cases.territory_id = ANY(:territories)
       AND cases.disposition = ANY(:invitable)
       AND (addresses.state = 'good' OR chosen.address_id IS NOT NULL)
       AND NOT EXISTS (
        SELECT FROM message_cases JOIN messages ON messages.id = message_cases.message_id
         WHERE message_cases.case_id = cases.id
           AND messages.address_id = ANY(person.ids)
           AND messages.step = 'invitation' AND messages.state <> 'cancelled')
     ORDER BY addresses.id, contacts.territory_id, cases.id
""")


def recipients(
    session: Session, wave_id: int, territories: Sequence[int], *, secret: str, now: datetime
) -> list[Row[Any]]:
    """A row for each mailbox of these authorities and each case it may be asked of."""
    invitable = [code for code, row in DISPOSITIONS.items() if row.may_be_invited]
    values = {
        "wave_id": wave_id,
        "territories": list(territories),
        "invitable": [*invitable, D.INVITED],
        "unasked": list(UNASKED),
        "now": now,
        "month_ago": now - MONTH,
    }
    rows = session.execute(_RECIPIENTS, values).all()
    never = suppressed(session, [(row.channel, row.value) for row in rows], secret)
    return [row for row in rows if row.value.lower() not in never]


def invitations(
    rows: Iterable[Row[Any]], wave_id: int, occasion: str, at: datetime
) -> list[Announced]:
    """One invitation for each mailbox, or the chat it prefers, whatever it holds of the batch."""
    groups: dict[int, list[Row[Any]]] = defaultdict(list)  # two mailboxes may prefer one chat
    for row in rows:
        groups[row.chat_address_id or row.address_id].append(row)
    return [
        Announced(
            wave_id=wave_id,
            message_step="invitation",
            address_id=address_id,
            channel=group[0].chat_channel or Channel.EMAIL,
            occasion=occasion,
            at=at,
            departements=_departements(group),
            written=max((tuple(row.written) for row in group), key=len),
            case_ids=tuple(sorted({row.case_id for row in group})),
            asks=tuple(_ask(row, address_id, wave_id, occasion, at) for row in group),
            person=_person(group),
        )
        for address_id, group in groups.items()
    ]


def prenotices(rows: Iterable[Row[Any]], batch: PlannedBatch, at: datetime) -> list[Announced]:
    """One prenotice for each mailbox of the batch: by mail, whatever chat it prefers.

    What another batch announced, kept or taken out of the calendar since, is not said again.
    """
    groups: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.state == "good" and not row.announced:
            groups[row.address_id].append(row)
    return [
        Announced(
            wave_id=batch.wave_id,
            message_step="prenotice",
            address_id=address_id,
            channel=Channel.EMAIL,
            occasion=f"batch:{batch.id}",
            at=at,
            departements=_departements(group),
            written=max((tuple(row.written) for row in group), key=len),
            case_ids=tuple(sorted({row.case_id for row in group})),
            signed_by=batch.sender_id,
            asked_at=batch.planned_at,
            person=_person(group),
        )
        for address_id, group in groups.items()
    ]


def _departements(group: Iterable[Row[Any]]) -> tuple[str, ...]:
    return tuple(sorted({departement_of(row.departement_code, row.region_code) for row in group}))


def _person(group: Iterable[Row[Any]]) -> frozenset[int]:
    return frozenset(address for row in group for address in row.person or ())


def _ask(row: Row[Any], address_id: int, wave_id: int, occasion: str, at: datetime) -> Silent:
    in_chat = row.chat_address_id is not None
    return Silent(
        case_id=row.case_id,
        wave_id=wave_id,
        address_id=address_id,
        disposition=D.INVITED,
        occasion=occasion,
        link_id=None,
        invited_at=at,
        reminders=(),
        n_planned=0,
        last_reminded_at=None,
        written=tuple(row.written),
        person=frozenset(row.person or ()),
        departement=departement_of(row.departement_code, row.region_code),
        channel=row.chat_channel or Channel.EMAIL,
        mailbox_id=row.address_id if in_chat and row.state == "good" else None,
    )
