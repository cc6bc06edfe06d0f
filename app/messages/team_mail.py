"""What a team is told: each colleague their themes, the coordinator their part. In bulk.

Used when the plan is made, and when a wave's invitations leave: few statements whatever the
number. Nobody is told twice of the same assignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.links.make import Wanted, ensure_links
from app.messages.drafts import Draft, queue_many
from app.messages.mail_links import ensure_answer_links, ensure_stop_links
from app.messages.suppressions import suppressed
from app.vocabulary.dispositions import SUBMITTED, D, may_move

# Whoever is asked by their own authority may answer what is begun, or was refused.
ANSWERABLE = tuple(
    code for code in D if code not in SUBMITTED and (code is D.STARTED or may_move(code, D.STARTED))
)

# Told already: a message since the theme was given to them, or a link in their hands.
# Whoever gives a theme to themselves need not be told.
_UNTOLD = text("""
    SELECT given.territory_id, given.contact_id, given.theme, given.due_on, given.assigned_by,
           given.assigned_at, contacts.address_id, addresses.channel, addresses.value,
           cases.id AS case_id,
           EXISTS (SELECT FROM links WHERE links.contact_id = contacts.id
                      AND links.purpose = 'answer' AND links.revoked_at IS NULL) AS opens_all
      FROM assignments AS given
      JOIN waves ON waves.campaign_id = given.campaign_id AND waves.id = :wave_id
      JOIN cases ON cases.wave_id = waves.id AND cases.territory_id = given.territory_id
                AND cases.theme = given.theme AND cases.disposition = ANY(:answerable)
      JOIN contacts ON contacts.id = given.contact_id AND contacts.stopped_at IS NULL
      JOIN addresses ON addresses.id = contacts.address_id AND addresses.state = 'good'
      LEFT JOIN links AS giver ON giver.id = given.assigned_by
     WHERE given.territory_id = ANY(:territories)
       AND giver.contact_id IS DISTINCT FROM given.contact_id
       AND NOT EXISTS (
        SELECT FROM message_cases JOIN messages ON messages.id = message_cases.message_id
         WHERE message_cases.case_id = cases.id AND messages.address_id = contacts.address_id
           AND messages.step IN ('assignment', 'delegation')
           AND messages.created_at >= given.assigned_at)
       AND NOT EXISTS (
        SELECT FROM links WHERE links.contact_id = contacts.id AND links.purpose = 'delegate'
           AND links.themes = ARRAY[given.theme] AND links.revoked_at IS NULL)
     ORDER BY given.territory_id, given.contact_id, cases.id
""")
_LATER = text("""
    SELECT given.territory_id, given.contact_id, given.theme, given.due_on
      FROM assignments AS given
      JOIN waves ON waves.campaign_id = given.campaign_id AND waves.opened_at IS NULL
      JOIN wave_questionnaires AS asked ON asked.wave_id = waves.id AND asked.theme = given.theme
     WHERE given.territory_id = ANY(:territories) AND given.contact_id = ANY(:contacts)
       AND given.campaign_id = (SELECT campaign_id FROM waves WHERE id = :wave_id)
     ORDER BY given.territory_id, given.contact_id, waves.number, asked.position
""")
_COORDINATORS = text("""
    SELECT teams.territory_id, contacts.id AS contact_id, contacts.address_id, addresses.channel,
           addresses.value, cases.id AS case_id
      FROM teams
      JOIN waves ON waves.campaign_id = teams.campaign_id AND waves.id = :wave_id
      JOIN cases ON cases.wave_id = waves.id AND cases.territory_id = teams.territory_id
                AND cases.disposition = ANY(:answerable)
      JOIN contacts ON contacts.id = teams.coordinator_id AND contacts.stopped_at IS NULL
      JOIN addresses ON addresses.id = contacts.address_id AND addresses.state = 'good'
     WHERE teams.territory_id = ANY(:territories)
       AND (:official OR contacts.role = 'colleague')
       AND contacts.id IS DISTINCT FROM :not_to
     ORDER BY teams.territory_id, contacts.id, cases.id
""")


def occasions_of(territory_id: int) -> str:
    """How the occasions of a team's messages begin."""
    return f"team:{territory_id}:"


def tell_colleagues(
    session: Session,
    wave_id: int,
    territories: Sequence[int],
    *,
    secret: str,
    key_id: int,
    now: datetime,
) -> int:
    """Give each colleague the link of each theme of this wave, in one message; how many leave."""
    values = {"wave_id": wave_id, "territories": list(territories)}
    rows = session.execute(_UNTOLD, {**values, "answerable": list(ANSWERABLE)}).all()
    rows = _reachable(session, rows, secret)
    if not rows:
        return 0
    held = {(row.territory_id, row.contact_id) for row in rows}
    ensure_stop_links(session, held, key_id=key_id, now=now)
    wanted = [
        Wanted("delegate", row.territory_id, row.contact_id, (row.theme,), row.assigned_by)
        for row in rows
        if not row.opens_all
    ]
    ensure_links(session, wanted, key_id=key_id, now=now)
    later: dict[tuple[int, int], list[list[str | None]]] = {}
    contacts = sorted({row.contact_id for row in rows})
    for row in session.execute(_LATER, {**values, "contacts": contacts}):
        told = later.setdefault((row.territory_id, row.contact_id), [])
        told.append([row.theme, _iso(row.due_on)])
    return queue_many(session, _to_colleagues(rows, later, wave_id, now))


def tell_coordinators(
    session: Session,
    wave_id: int,
    territories: Sequence[int],
    *,
    secret: str,
    key_id: int,
    now: datetime,
    official: bool = False,
    not_to: int | None = None,
) -> int:
    """Give each coordinator a link to all that this wave asks, once a wave; how many leave.

    `official`: also those whom the wave's invitation reaches by itself. `not_to`: a contact.
    """
    rows = session.execute(
        _COORDINATORS,
        {
            "wave_id": wave_id,
            "territories": list(territories),
            "answerable": list(ANSWERABLE),
            "official": official,
            "not_to": not_to,
        },
    ).all()
    rows = _reachable(session, rows, secret)
    held = {(row.territory_id, row.contact_id) for row in rows}
    ensure_answer_links(session, held, key_id=key_id, now=now)
    links = ensure_links(
        session, [Wanted("answer", *one) for one in sorted(held)], key_id=key_id, now=now
    )
    drafts = []
    for (territory_id, contact_id), group in groupby(rows, _of_whom):
        parts = list(group)
        link_id = links[Wanted("answer", territory_id, contact_id)]
        draft = Draft(
            address_id=parts[0].address_id,
            wave_id=wave_id,
            step="assignment",
            occasion=f"{occasions_of(territory_id)}coordinator:{link_id}",
            case_ids=tuple(row.case_id for row in parts),
            link_id=link_id,
            details={"coordinates": True},
            not_before=now,
        )
        drafts.append(draft)
    return queue_many(session, drafts)


def _to_colleagues(
    rows: Sequence[Row[Any]],
    later: dict[tuple[int, int], list[list[str | None]]],
    wave_id: int,
    now: datetime,
) -> list[Draft]:
    drafts = []
    for (territory_id, contact_id), group in groupby(rows, _of_whom):
        parts = list(group)
        since = max(row.assigned_at for row in parts).isoformat()
        draft = Draft(
            address_id=parts[0].address_id,
            wave_id=wave_id,
            step="assignment",
            occasion=f"{occasions_of(territory_id)}{contact_id}:{since}",
            case_ids=tuple(row.case_id for row in parts),
            details={
                "due": {row.theme: _iso(row.due_on) for row in parts if row.due_on},
                "later": later.get((territory_id, contact_id), []),
            },
            not_before=now,
        )
        drafts.append(draft)
    return drafts


def _of_whom(row: Row[Any]) -> tuple[int, int]:
    return row.territory_id, row.contact_id


def _reachable(session: Session, rows: Sequence[Row[Any]], secret: str) -> list[Row[Any]]:
    never = suppressed(session, [(row.channel, row.value) for row in rows], secret)
    return [row for row in rows if row.value.lower() not in never]


def _iso(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
