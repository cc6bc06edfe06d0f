"""The board of mailboxes to mend: those that take no mail, and what finding another gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import Session, aliased

from app.cases.waves import open_waves
from app.messages.bounces.new_address import UNPROVEN
from app.messages.health import MONTH
from app.models.cases import Case
from app.models.contacts import Address, Contact
from app.models.requests import Request
from app.models.scope import visible_to
from app.models.sending import MailReport
from app.models.territories import Territory
from app.vocabulary.dispositions import D
from app.vocabulary.mail_reports import ReportKind
from app.vocabulary.mailbox_kinds import MailboxKind, mailbox_kind
from app.vocabulary.requests import RequestKind, RequestState
from app.vocabulary.scope import Channel, Scope

# What a mend may still gain: nobody has answered, refused or begun.
SILENT = (
    *(D.NOT_INVITED, D.NO_ADDRESS, D.INVITED, D.UNDELIVERED),
    *(D.MOVED, D.UNAVAILABLE, D.OTHER),
)
UNREACHED = (D.UNDELIVERED, D.MOVED)
BOUNCES = (ReportKind.HARD, ReportKind.SOFT, ReportKind.FULL, ReportKind.MOVED)


@dataclass(frozen=True, slots=True)
class ToMend:
    """A mailbox that takes no mail, and what finding another would gain."""

    address_id: int
    mailbox: str
    last_kind: ReportKind | None  # of the last mail that came back; None: refused at once
    last_at: datetime | None
    proposed: str  # an address that a returned mail gave, to be confirmed; "" without one
    authorities: tuple[str, ...]  # without another mailbox, by name
    n_silent: int  # their cases that an answer may still come to

    @property
    def kind(self) -> MailboxKind:
        return mailbox_kind(self.mailbox)


def to_mend(
    session: Session, scope: Scope, *, now: datetime, most: int = 100, after: int = 0
) -> list[ToMend]:
    """The mailboxes that take no mail and that an authority has no other for, best gain first.

    Gain: the cases of these authorities that are still silent in the waves that are open.
    """
    alone = _alone(scope)
    gains = _gains(alone, open_waves(session, now))
    rows = session.execute(
        select(Address.id, Address.value, gains.c.n_silent, gains.c.names)
        .join(gains, gains.c.address_id == Address.id)
        .order_by(gains.c.n_silent.desc(), gains.c.n_authorities.desc(), Address.id)
        .limit(most)
        .offset(after)
    ).all()
    ids = [row.id for row in rows]
    last, proposed = _last_reports(session, ids), _proposed(session, scope, ids)
    board = []
    for row in rows:
        kind, at = last.get(row.id, (None, None))
        names = tuple(row.names)
        board.append(
            ToMend(row.id, row.value, kind, at, proposed.get(row.id, ""), names, row.n_silent)
        )
    return board


def n_to_mend(session: Session, scope: Scope) -> int:
    """How many mailboxes the board holds."""
    alone = _alone(scope)
    return session.scalar(select(func.count(func.distinct(alone.c.address_id)))) or 0


def n_to_read(session: Session, *, now: datetime) -> int:
    """Returned mails of the last thirty days that no rule knows: a person must read their box."""
    asked = select(func.count()).where(
        MailReport.kind == ReportKind.OTHER, MailReport.received_at > now - MONTH
    )
    return session.scalar(asked) or 0


def _alone(scope: Scope) -> CTE:
    """(mailbox, authority): the mailbox takes no mail, and the authority has no other that does.

    Also a mailbox that works again, as others who share it said, whose authority waits for the
    staff to have it invited.
    """
    waits = exists().where(
        Request.kind == RequestKind.NEW_ADDRESS,
        Request.state == RequestState.OPEN,
        Request.address_id == Contact.address_id,
        Request.territory_id == Contact.territory_id,
        Case.territory_id == Contact.territory_id,
        Case.disposition.in_(UNREACHED),
    )
    other, elsewhere = aliased(Contact), aliased(Address)
    another = exists().where(
        other.territory_id == Contact.territory_id,
        other.stopped_at.is_(None),
        other.role != "colleague",
        elsewhere.id == other.address_id,
        elsewhere.state == "good",
        elsewhere.id != Contact.address_id,
    )
    return (
        select(Contact.address_id, Contact.territory_id)
        .join(Address, Address.id == Contact.address_id)
        .where(
            Address.channel == Channel.EMAIL,
            or_(Address.state == "bouncing", and_(Address.state == "good", waits)),
            Contact.stopped_at.is_(None),
            Contact.role != "colleague",
            Contact.territory_id.in_(visible_to(scope)),
            ~another,
        )
        .cte("alone")
    )


def _gains(alone: CTE, waves: Sequence[int]) -> CTE:
    silent = and_(
        Case.territory_id == alone.c.territory_id,
        Case.wave_id.in_(waves),
        Case.disposition.in_(SILENT),
    )
    per_authority = (
        select(
            alone.c.address_id,
            Territory.sort_name,
            Territory.name,
            func.count(Case.id).label("n_silent"),
        )
        .join(Territory, Territory.id == alone.c.territory_id)
        .outerjoin(Case, silent)
        .group_by(alone.c.address_id, Territory.id)
        .cte("per_authority")
    )
    by_name = aggregate_order_by(per_authority.c.name, per_authority.c.sort_name)
    return (
        select(
            per_authority.c.address_id,
            func.sum(per_authority.c.n_silent).label("n_silent"),
            func.count().label("n_authorities"),
            func.array_agg(by_name).label("names"),
        )
        .group_by(per_authority.c.address_id)
        .cte("gains")
    )


def _last_reports(
    session: Session, address_ids: Sequence[int]
) -> dict[int, tuple[ReportKind, datetime]]:
    rows = session.execute(
        select(MailReport.address_id, MailReport.kind, MailReport.received_at)
        .ext(distinct_on(MailReport.address_id))
        .where(MailReport.address_id.in_(address_ids), MailReport.kind.in_(BOUNCES))
        .order_by(MailReport.address_id, MailReport.received_at.desc(), MailReport.id.desc())
    )
    return {row.address_id: (ReportKind(row.kind), row.received_at) for row in rows}


def _proposed(session: Session, scope: Scope, address_ids: Sequence[int]) -> dict[int, str]:
    """The address that a returned mail gave, by the mailbox that it came from.

    One that anybody could have written is read in its request, and put in nobody's hands here.
    """
    rows = session.execute(
        select(Request.address_id, Request.words)
        .where(
            Request.address_id.in_(address_ids),
            Request.kind == RequestKind.NEW_ADDRESS,
            Request.state == RequestState.OPEN,
            Request.words.is_not(None),
            Request.words.not_like(f"{UNPROVEN}%"),
            Request.territory_id.in_(visible_to(scope)),
        )
        .order_by(Request.id)
    )
    return {row.address_id: row.words for row in rows}
