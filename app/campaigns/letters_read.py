"""Whom to write a letter to: who was invited, has not answered, and has a postal address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, null, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import LateralFromClause

from app.models.campaigns import BatchMember
from app.models.cases import Case
from app.models.contacts import Address, Contact
from app.models.letters import PostalAddress, PostedLetter, PrintRun
from app.models.requests import Request
from app.models.scope import visible_to
from app.models.territories import Territory, TerritoryDepartement
from app.vocabulary.dispositions import D
from app.vocabulary.letters import (
    BEGUN,
    WEEKS_APART,
    LetterReason,
    NoLetter,
    no_letter,
    reason_of,
)
from app.vocabulary.requests import RequestKind
from app.vocabulary.scope import Channel, Right, Scope
from app.vocabulary.stops import StopReason


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters are asked for."""

    departement: str | None = None  # its code; None: all that the scope may chase
    reasons: frozenset[LetterReason] = frozenset({LetterReason.SILENT, LetterReason.UNREACHED})
    weeks_apart: int = WEEKS_APART  # since the last letter; 0: write again all the same


@dataclass(frozen=True, slots=True)
class Candidate:
    """One authority worth a letter."""

    territory_id: int
    kind: str
    name: str
    reason: LetterReason
    postal_code: str  # "" without a postal address
    town: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What printing now would print, in the order of the pile, and what it would not."""

    ready: tuple[Candidate, ...]
    without_address: tuple[Candidate, ...]
    left_out: Mapping[NoLetter, int] = field(default_factory=dict)


def whom_to_write(
    session: Session, scope: Scope, wave_id: int, wanted: LetterFilter, *, now: datetime
) -> Selection:
    """The authorities that this scope may chase, were invited, and are worth a letter now.

    Who must get none is told by `no_letter`. Nobody is written to before the invitation of their
    batch, so that a trial stays a trial. The pile is in the order of postal codes, as the post
    likes it; asked twice, it is the same.
    """
    rows = session.execute(standings(wave_id).where(*_asked_for(scope, wanted))).all()
    ready: list[Candidate] = []
    without_address: list[Candidate] = []
    left_out: Counter[NoLetter] = Counter()
    for row in rows:
        dispositions = dispositions_of(row)
        because = why_not(row, dispositions) or _recent(row, wanted.weeks_apart, now)
        if because is not None:
            left_out[because] += 1
        elif reason_of(dispositions) in wanted.reasons:
            (ready if row.postal_code else without_address).append(_candidate(row))
    return Selection(tuple(ready), tuple(without_address), dict(left_out))


def gone_since(
    session: Session, wave_id: int, territory_ids: Collection[int]
) -> dict[int, NoLetter]:
    """Of these authorities, those that must get no letter any more, and why."""
    rows = session.execute(standings(wave_id).where(Territory.id.in_(list(territory_ids)))).all()
    found = ((row.id, why_not(row, dispositions_of(row))) for row in rows)
    return {territory_id: because for territory_id, because in found if because is not None}


def standings(wave_id: int) -> Select[Any]:
    """One row an authority invited: its questionnaires, mailboxes, address and last letter."""
    members = and_(BatchMember.territory_id == Territory.id, BatchMember.wave_id == wave_id)
    invited = BatchMember.invited_at.is_not(None)
    rows = select(Territory.id).add_columns(BatchMember.invited_at)
    return _with_facts(rows.join(BatchMember, members).where(invited), wave_id)


def standings_of(wave_id: int, territory_ids: Collection[int]) -> Select[Any]:
    """The same of these authorities, invited or not."""
    rows = select(Territory.id).select_from(Territory).add_columns(null().label("invited_at"))
    return _with_facts(rows.where(Territory.id.in_(list(territory_ids))), wave_id)


def _with_facts(rows: Select[Any], wave_id: int) -> Select[Any]:
    """What is known of each authority is looked up by the authority.

    Joined as wholes, they took minutes on a panel just imported, of which PostgreSQL had no
    statistics yet.
    """
    cases, mailboxes, posted = _cases(wave_id), _mailboxes(), _last_letter()
    return (
        rows.add_columns(
            Territory.kind,
            Territory.name,
            Territory.asked,
            Territory.departement_code,
            Territory.region_code,
            cases.c.dispositions,
            cases.c.begun_at,
            mailboxes.c.n_stopped,
            mailboxes.c.n_in_service,
            PostalAddress.postal_code,
            PostalAddress.town,
            posted.c.last_at,
        )
        .join(cases, true())
        .join(mailboxes, true())
        .join(posted, true())
        .outerjoin(PostalAddress, PostalAddress.territory_id == Territory.id)
        .where(cases.c.dispositions.is_not(None))
        .order_by(PostalAddress.postal_code, Territory.sort_name, Territory.id)
    )


def _cases(wave_id: int) -> LateralFromClause:
    begun = Case.disposition.in_(sorted(BEGUN))
    return (
        select(
            func.array_agg(Case.disposition).label("dispositions"),
            func.min(Case.moved_at).filter(begun).label("begun_at"),
        )
        .where(Case.wave_id == wave_id, Case.territory_id == Territory.id)
        .lateral("standings")
    )


def _mailboxes() -> LateralFromClause:
    """Its own mailboxes: how many were stopped by their holder, how many serve."""
    # "This is not ours" stops a mailbox too, and is a reason to write to the town hall.
    not_ours = exists().where(
        Request.kind == RequestKind.NOT_OURS,
        Request.territory_id == Contact.territory_id,
        Request.address_id == Contact.address_id,
    )
    asked = and_(Contact.stopped_because.in_((StopReason.ASKED, StopReason.COMPLAINT)), ~not_ours)
    stopped = or_(asked, Address.state == "stopped")
    in_service = and_(Contact.stopped_at.is_(None), Address.state == "good")
    return (
        select(
            func.count().filter(stopped).label("n_stopped"),
            func.count().filter(in_service).label("n_in_service"),
        )
        .select_from(Contact)
        .join(Address, Address.id == Contact.address_id)
        .where(
            Contact.territory_id == Territory.id,
            Contact.role != "colleague",
            Address.channel == Channel.EMAIL,
        )
        .lateral("mailboxes")
    )


def _last_letter() -> LateralFromClause:
    """When its last letter was posted, or printed if it still waits in a pile."""
    return (
        select(func.max(func.coalesce(PrintRun.posted_at, PrintRun.made_at)).label("last_at"))
        .select_from(PostedLetter)
        .join(PrintRun, PrintRun.id == PostedLetter.run_id)
        .where(PostedLetter.territory_id == Territory.id, PostedLetter.left_out_because.is_(None))
        .lateral("posted")
    )


def _asked_for(scope: Scope, wanted: LetterFilter) -> list[Any]:
    conditions: list[Any] = [Territory.id.in_(visible_to(scope, Right.CHASE))]
    if wanted.departement is not None:
        lies = select(TerritoryDepartement.territory_id).where(
            TerritoryDepartement.departement_code == wanted.departement
        )
        conditions.append(Territory.id.in_(lies))
    return conditions


def dispositions_of(row: Row[Any]) -> frozenset[D]:
    """Those of an authority's questionnaires, from its standing."""
    return frozenset(D(code) for code in row.dispositions)


def why_not(row: Row[Any], dispositions: frozenset[D]) -> NoLetter | None:
    """Why it must get no letter, from its standing and these dispositions; None: it may."""
    return no_letter(
        dispositions,
        asked=row.asked,
        n_stopped=row.n_stopped,
        n_in_service=row.n_in_service,
    )


def _recent(row: Row[Any], weeks_apart: int, now: datetime) -> NoLetter | None:
    is_recent = row.last_at is not None and row.last_at > now - timedelta(weeks=weeks_apart)
    return NoLetter.RECENT if is_recent else None


def _candidate(row: Row[Any]) -> Candidate:
    reason = reason_of(dispositions_of(row))
    return Candidate(row.id, row.kind, row.name, reason, row.postal_code or "", row.town or "")
