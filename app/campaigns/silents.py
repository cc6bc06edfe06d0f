"""Reads who is silent: the cases that a message asked about and that nobody has handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, select, text
from sqlalchemy.orm import Session

from app.campaigns.reminders import Silent
from app.campaigns.steps import APART
from app.messages.behind import (
    ADDRESSES_EVERYWHERE,
    ADDRESSES_OF_CONTACT,
    CONTACT,
    PERSON,
    WRITTEN,
    chosen_chat,
    got_at,
    holder_reached,
)
from app.messages.bounces.again import AGAIN
from app.messages.suppressions import suppressed
from app.models.campaigns import WaveStep
from app.vocabulary.dispositions import DISPOSITIONS, D, codes_where
from app.vocabulary.letters import BEGUN
from app.vocabulary.message_life import MONTH, UNASKED
from app.vocabulary.office_hours import departement_of
from app.vocabulary.scope import Channel
from app.vocabulary.wave_steps import Audience

# A cancelled reminder reached nobody. It still counts as planned, and a week passes before another.
# One that came back and is sent again is one reminder.
# Whoever answered something of what a message asks has begun: a mailbox, not a theme, is told so.
# A theme handed to a colleague is asked of the colleague, not of who handed it over. A team's
# coordinator is asked of what nobody else has; an official mailbox is, by its invitation already.
# Whoever took over a lost link is asked from then on, by the message that brought it: a successor
# was never invited, and the one who was has left.
_SILENTS = f"""
    SELECT cases.id AS case_id, cases.wave_id, cases.disposition, addresses.id AS address_id,
           messages.occasion,
           CASE WHEN messages.step <> 'renewal' THEN messages.link_id END AS link_id,
           {got_at("messages")} AS invited_at,
           addresses.channel, addresses.value,
           CASE WHEN mailbox.state = 'good' AND mailbox.id <> addresses.id
                THEN mailbox.id END AS mailbox_id, mailbox.value AS mailbox_value,
           territories.departement_code, territories.region_code, chat.told_at,
           reminded.steps AS reminders, reminded.n_planned, reminded.last_reminded_at,
           {PERSON},
           recent.written, begun.at AS begun_at
      FROM messages
      JOIN message_cases ON message_cases.message_id = messages.id
      JOIN cases ON cases.id = message_cases.case_id
      JOIN territories ON territories.id = cases.territory_id
      {CONTACT}
      JOIN addresses AS mailbox ON mailbox.id = contacts.address_id
      {chosen_chat("messages.link_id")}
      CROSS JOIN LATERAL (SELECT {ADDRESSES_OF_CONTACT} AS ids) AS person
      CROSS JOIN LATERAL (
        SELECT min(told.sent_at) AS told_at FROM messages AS told
         WHERE told.address_id = chosen.address_id AND told.wave_id = messages.wave_id
           AND told.state IN ('sent', 'delivered')
           AND coalesce(chosen.last_heard_at < told.sent_at, true)) AS chat
      JOIN addresses ON addresses.state = 'good'
                    AND addresses.id = coalesce(chosen.address_id, mailbox.id)
      CROSS JOIN LATERAL (SELECT {ADDRESSES_EVERYWHERE} AS ids) AS everywhere
      LEFT JOIN links AS own ON own.id = messages.link_id
      CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(coalesce((sent.details ->> 'step_id')::bigint, 0)
                                  ORDER BY sent.created_at, sent.id)
                          FILTER (WHERE sent.state <> 'cancelled'
                                    AND sent.occasion !~ '{AGAIN}'), '{{}}') AS steps,
               count(*) AS n_planned, max({got_at("sent")}) AS last_reminded_at
          FROM message_cases AS spoken JOIN messages AS sent ON sent.id = spoken.message_id
         WHERE spoken.case_id = cases.id AND sent.address_id = ANY(person.ids)
           AND sent.step = 'reminder') AS reminded
      {WRITTEN}
      CROSS JOIN LATERAL (
        SELECT min(held.moved_at) AS at
          FROM message_cases AS together JOIN cases AS held ON held.id = together.case_id
         WHERE CAST(:minds_audience AS boolean) AND together.message_id = messages.id
           AND held.disposition = ANY(:begun)) AS begun
     WHERE messages.step IN ('invitation', 'delegation', 'assignment', 'renewal')
       AND (messages.state IN ('sent', 'delivered') AND cases.disposition = ANY(:remindable)
            OR messages.state = ANY(:waiting) AND cases.disposition = ANY(:askable))
       AND contacts.stopped_at IS NULL
       AND CASE WHEN messages.step = 'renewal'
                THEN own.revoked_because = 'used' AND EXISTS (
                    SELECT FROM links AS taken
                     WHERE taken.contact_id = contacts.id AND taken.purpose = 'answer'
                       AND taken.revoked_at IS NULL)
                ELSE own.revoked_at IS NULL END
       AND CASE
            WHEN messages.step = 'delegation' THEN true
            WHEN messages.step = 'assignment' AND messages.link_id IS NULL THEN EXISTS (
                SELECT FROM links AS held
                 WHERE held.contact_id = contacts.id AND held.revoked_at IS NULL
                   AND (held.purpose = 'delegate' AND held.themes = ARRAY[cases.theme]
                        OR held.purpose = 'answer' AND contacts.role = 'colleague'))
            WHEN messages.step = 'assignment' AND contacts.role <> 'colleague' THEN false
            ELSE NOT EXISTS (
                SELECT FROM links AS handed
                 WHERE handed.territory_id = cases.territory_id AND handed.purpose = 'delegate'
                   AND handed.revoked_at IS NULL AND cases.theme = ANY(handed.themes)
                   AND {holder_reached("handed")}) END
"""
# Some thousands of cases at a time: a wave may have millions, and few of them are due.
AT_ONCE = 20_000
_BOUNDS = text("SELECT min(id) AS first, max(id) AS last FROM cases WHERE wave_id = ANY(:waves)")
_OF_WAVES = text(
    f"{_SILENTS} AND messages.wave_id = ANY(:waves)"
    f" AND {got_at('messages')} <= :before"
    " AND cases.id BETWEEN :first AND :last AND cases.wave_id = ANY(:waves)"
    " AND coalesce(reminded.last_reminded_at <= :rested_since, true)"
)
_OF_CASES = text(f"{_SILENTS} AND cases.id = ANY(:case_ids)")


def silents_of_waves(
    session: Session,
    waves: Sequence[int],
    *,
    invited_before: datetime,
    secret: str,
    now: datetime,
    foreseen: bool = False,
) -> Iterator[Silent]:
    """The silent of these waves, of those invited long enough ago, read some at a time.

    `foreseen`: also those whose invitation waits, as if it left at its hour and nobody answered,
    and those that were reminded too lately to be reminded now.
    """
    bounds = session.execute(_BOUNDS, {"waves": list(waves)}).one()
    if bounds.first is None:
        return
    values = {
        "waves": list(waves),
        "before": invited_before,
        **_common(now, foreseen),
        "minds_audience": _minds_audience(session, waves),
    }
    values["rested_since"] = now + timedelta(days=1) if foreseen else now - APART
    for first in range(bounds.first, bounds.last + 1, AT_ONCE):
        some = {**values, "first": first, "last": first + AT_ONCE - 1}
        yield from _as_silents(session, _once_each(session.execute(_OF_WAVES, some)), secret)


def silents_of_cases(
    session: Session, case_ids: Sequence[int], *, secret: str, now: datetime
) -> list[Silent]:
    """The silent among these cases."""
    values = {"case_ids": list(case_ids), **_common(now)}
    return _as_silents(session, _once_each(session.execute(_OF_CASES, values)), secret)


def _common(now: datetime, foreseen: bool = False) -> dict[str, Any]:
    remindable = codes_where(may_be_reminded=True)
    invitable = {code for code, row in DISPOSITIONS.items() if row.may_be_invited}
    return {
        "remindable": sorted(remindable),
        "askable": sorted(remindable | invitable),
        "waiting": ["queued", "sending"] if foreseen else [],
        "unasked": list(UNASKED),
        "now": now,
        "month_ago": now - MONTH,
        "begun": sorted(BEGUN),
        "minds_audience": False,
    }


def _minds_audience(session: Session, waves: Sequence[int]) -> bool:
    """Whether some step of theirs is for those who began, or did not: else nobody looks."""
    apart = exists().where(WaveStep.wave_id.in_(list(waves)), WaveStep.audience != Audience.ALL)
    return bool(session.scalar(select(apart)))


def _once_each(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Each case once for each mailbox, by the message that asked of it first.

    Invited, then named by a colleague; given a theme in a plan, then by hand: two messages asked,
    and one silence answers both.
    """
    first: dict[tuple[int, str], Row[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.invited_at, row.occasion)):
        first.setdefault((row.case_id, row.mailbox_value), row)
    return list(first.values())


def _as_silents(session: Session, rows: Sequence[Row[Any]], secret: str) -> list[Silent]:
    mailboxes = [(Channel.EMAIL, row.mailbox_value) for row in rows]
    addresses = [(row.channel, row.value) for row in rows]
    never = suppressed(session, [*addresses, *mailboxes], secret)
    return [
        Silent(
            case_id=row.case_id,
            wave_id=row.wave_id,
            address_id=row.address_id,
            disposition=_once_sent(row.disposition),
            occasion=row.occasion,
            link_id=row.link_id,
            invited_at=row.invited_at,
            reminders=tuple(row.reminders),
            n_planned=row.n_planned,
            last_reminded_at=row.last_reminded_at,
            written=tuple(row.written),
            person=frozenset(row.person or ()),
            departement=departement_of(row.departement_code, row.region_code),
            channel=row.channel,
            mailbox_id=None if row.mailbox_value.lower() in never else row.mailbox_id,
            told_at=row.told_at,
            begun_at=row.begun_at,
        )
        for row in rows
        if row.value.lower() not in never
    ]


def _once_sent(disposition: str) -> str:
    """What an invitation that waits will make of a case that it may still invite."""
    return D.INVITED if DISPOSITIONS[D(disposition)].may_be_invited else disposition
