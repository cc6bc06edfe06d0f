"""What a mail that came back changes: one rule a kind, one transaction a mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.links.signed import Signer
from app.messages.bounces.again import send_again
from app.messages.bounces.complaint import leave_alone
from app.messages.bounces.hard import gone, hold_cases, it_left, mark_returned, write_off
from app.messages.bounces.new_address import ask_new_address
from app.messages.bounces.reading import Report, read
from app.messages.bounces.verp import message_of
from app.messages.letterhead import Letterhead
from app.models.sending import MailReport
from app.vocabulary.dispositions import D
from app.vocabulary.mail_reports import ReportKind
from app.vocabulary.scope import Channel

Kind = ReportKind
FULL_AGAIN_AFTER = timedelta(days=3)
SOFT_AGAIN_AFTER = timedelta(days=1)
MOST_SOFT = 3  # different days
SOFT_WINDOW = timedelta(days=30)
# What anybody may say who knows the id of a message, which the console shows: none of these stops
# a mailbox nor speaks ill of it.
HARMLESS = frozenset({Kind.AUTO_REPLY, Kind.OTHER, Kind.DELAYED, Kind.DELIVERED})

_OURS = text("""
    SELECT messages.id, messages.address_id, lower(addresses.value) AS mailbox
      FROM messages JOIN addresses ON addresses.id = messages.address_id
     WHERE messages.id = :id AND messages.channel = :channel
""")
# One outage returns all that was sent meanwhile: days count, not mails; two reports of one mail are
# one. A policy (x.7.x) is about us, whatever mailbox it refuses.
_N_DAYS_SOFT = text(r"""
    SELECT count(DISTINCT CAST(first_at AT TIME ZONE 'Europe/Paris' AS date))
      FROM (SELECT min(received_at) AS first_at FROM mail_reports
             WHERE address_id = :address AND kind IN ('soft', 'full') AND received_at > :since
               AND code !~ '^[45]\.7\.'
             GROUP BY message_id) AS mails
""")
_DELIVERED = text("""
    WITH changed AS (
        UPDATE messages SET state = 'delivered' WHERE id = :id AND state = 'sent'
    )
    INSERT INTO message_events (message_id, kind, tries, detail, at)
    SELECT id, 'delivered', tries, :detail, :now FROM messages
     WHERE id = :id AND state NOT IN ('queued', 'failed')
""")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail. `known`: it speaks of a message of ours; `before`: read already."""

    kind: ReportKind
    known: bool
    before: bool = False


@dataclass(frozen=True, slots=True)
class _Returned:
    """A report about a message that is ours."""

    message_id: UUID
    address_id: int
    code: str
    moved_to: str
    signed: bool
    secret: str  # of the suppressions' hashes


def take(db: Database, letterhead: Letterhead, raw: bytes, *, now: datetime) -> Taken:
    """Read a mail that came back and do what its kind asks for, once, however often it is read."""
    report = read(raw)
    with db.transaction() as session:
        ours = _ours(session, report, letterhead.signer)
        kind = report.kind
        if ours is not None:
            hold_cases(session, ours.id)
            kind = _kind_for(report, ours)
        if not _keep(session, report, kind, ours, now):
            return Taken(kind, ours is not None, before=True)
        if ours is not None:
            believed = report if kind is report.kind else replace(report, moved_to="")
            _RULES[kind](session, _returned(believed, ours, letterhead.secret), now)
        return Taken(kind, ours is not None)


@dataclass(frozen=True, slots=True)
class _Ours:
    """The message that a report speaks of."""

    id: UUID
    address_id: int
    mailbox: str  # in lower case
    signed: bool  # named by its return path, which only servers on its way knew


def _ours(session: Session, report: Report, signer: Signer) -> _Ours | None:
    """By what we signed, else by the Message-ID, which proves nothing."""
    named = ((message_of(report.verp_token, signer), True), (report.message_id, False))
    for message_id, signed in named:
        if message_id is not None:
            values = {"id": message_id, "channel": Channel.EMAIL}
            row = session.execute(_OURS, values).one_or_none()
            if row is not None:
                return _Ours(row.id, row.address_id, row.mailbox, signed)
    return None


def _returned(report: Report, ours: _Ours, secret: str) -> _Returned:
    return _Returned(ours.id, ours.address_id, report.code, report.moved_to, ours.signed, secret)


def _kind_for(report: Report, ours: _Ours) -> ReportKind:
    """What a report is taken for: not signed, or about another mailbox, it is for a person.

    A mailbox that hands its mail on to one that died, or that complains, takes our mail itself.
    """
    if report.kind in HARMLESS:
        return report.kind
    elsewhere = report.recipient not in ("", ours.mailbox)
    return report.kind if ours.signed and not elsewhere else Kind.OTHER


def _keep(
    session: Session, report: Report, kind: ReportKind, ours: _Ours | None, now: datetime
) -> bool:
    """Keep the report, never its words; False if it was kept before."""
    row = {
        "digest": report.digest,
        "kind": kind,
        "code": report.code,
        "message_id": ours.id if ours else None,
        "address_id": ours.address_id if ours else None,
        "received_at": now,
    }
    kept = insert(MailReport).values(row).on_conflict_do_nothing().returning(MailReport.id)
    return session.scalar(kept) is not None


def _hard(session: Session, returned: _Returned, now: datetime) -> None:
    _dead(session, returned, gone(returned.code), D.UNDELIVERED, now)


def _moved(session: Session, returned: _Returned, now: datetime) -> None:
    reason = "Le message est revenu\u00a0: cette boîte a déménagé."
    _dead(session, returned, reason, D.MOVED, now)


def _dead(session: Session, returned: _Returned, reason: str, to: D, now: datetime) -> None:
    if _came_back(session, returned, reason, now):
        write_off(
            session,
            returned.message_id,
            returned.address_id,
            to,
            moved_to=returned.moved_to,
            now=now,
        )


def _soft(session: Session, returned: _Returned, now: datetime) -> None:
    _try_again(session, returned, "il n’a pas pu être remis", SOFT_AGAIN_AFTER, now)


def _full(session: Session, returned: _Returned, now: datetime) -> None:
    _try_again(session, returned, "cette boîte est pleine", FULL_AGAIN_AFTER, now)


def _try_again(
    session: Session, returned: _Returned, why: str, after: timedelta, now: datetime
) -> None:
    """The mailbox stays good and is written to again, until mail came back on three days."""
    code = f" ({returned.code})" if returned.code else ""
    if not _came_back(session, returned, f"Le message est revenu\u00a0: {why}{code}.", now):
        return
    counted = {"address": returned.address_id, "since": now - SOFT_WINDOW}
    if (session.scalar(_N_DAYS_SOFT, counted) or 0) >= MOST_SOFT:
        write_off(session, returned.message_id, returned.address_id, D.UNDELIVERED, now=now)
    else:
        send_again(session, returned.message_id, after=after, now=now)


def _came_back(session: Session, returned: _Returned, reason: str, now: datetime) -> bool:
    """False if this message came back before: a second server's report changes nothing."""
    found = mark_returned(session, returned.message_id, returned.code, reason, tries=None, now=now)
    return found is not None


def _delivered(session: Session, returned: _Returned, now: datetime) -> None:
    if returned.signed:
        it_left(session, returned.message_id, now=now)
    values = {"id": returned.message_id, "detail": returned.code, "now": now}
    session.execute(_DELIVERED, values)


def _complaint(session: Session, returned: _Returned, now: datetime) -> None:
    leave_alone(session, returned.message_id, returned.address_id, secret=returned.secret, now=now)


def _announced(session: Session, returned: _Returned, now: datetime) -> None:
    """Never a bounce; but a mail that gives another address is worth a person's look."""
    if returned.moved_to:
        ask_new_address(
            session,
            returned.address_id,
            moved_to=returned.moved_to,
            proven=returned.signed,
            now=now,
        )


def _nothing(_session: Session, _returned: _Returned, _now: datetime) -> None:
    """The row says all."""


_RULES: Mapping[ReportKind, Callable[[Session, _Returned, datetime], None]] = {
    Kind.HARD: _hard,
    Kind.MOVED: _moved,
    Kind.SOFT: _soft,
    Kind.FULL: _full,
    Kind.DELAYED: _nothing,
    Kind.DELIVERED: _delivered,
    Kind.AUTO_REPLY: _announced,
    Kind.COMPLAINT: _complaint,
    Kind.OTHER: _announced,
}
