"""What respondents ask of the staff, and what the staff makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.collect.refusals import (
    AlreadySettled,
    LongWords,
    NoLongerAsked,
    NoMailboxBehind,
    NothingAskedFor,
    NotYourTheme,
    NoWords,
    TooManyRequests,
)
from app.collect.standing import look_at_open
from app.db import Database
from app.errors import Hidden, NotAllowed
from app.links.make import revoke
from app.models.contacts import Address, Contact, Link
from app.models.organisations import AuditEntry
from app.models.requests import Request
from app.models.scope import visible_to
from app.models.teams import Assignment
from app.vocabulary.requests import RequestKind, RequestState
from app.vocabulary.scope import Author, Respondent, Right, Scope
from app.vocabulary.stops import StopReason

LONGEST = 2_000  # characters of what is asked
MOST_OPEN = 5  # requests that one link may have waiting
NOT_OURS, GIVEN_BACK = "not_ours", "given_back"
"""Why a link was revoked by whoever held it."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """What saying "not ours" did. `given_back`: a hand-over returns to who gave it."""

    given_back: bool


def ask_help(
    db: Database, respondent: Respondent, theme: str | None, words: str, *, now: datetime
) -> int:
    """Ask for help, about one theme or in general; the request's number."""
    if theme is not None and theme not in respondent.themes:
        raise NotYourTheme
    asked = _words(words)
    if not asked:
        raise NoWords
    with db.transaction() as session:
        return _ask(session, respondent, RequestKind.HELP, (theme,), asked, now)


def ask_paper(
    db: Database, respondent: Respondent, themes: Sequence[str], words: str, *, now: datetime
) -> int:
    """Ask for the paper version of these themes by post; the number of the (first) request.

    `words`: to whom and where, when the authority's own address will not do; may be empty.
    """
    if not set(themes) <= set(respondent.themes):
        raise NotYourTheme
    if not themes:
        raise NothingAskedFor
    wanted = _words(words) or None
    every = set(themes) == set(respondent.themes) and len(respondent.themes) > 1
    with db.transaction() as session:
        still = {one.case.theme for one in look_at_open(session, respondent, now=now)}
        if not set(themes) <= still:
            raise NoLongerAsked
        asked = (None,) if every else tuple(dict.fromkeys(themes))
        return _ask(session, respondent, RequestKind.PAPER, asked, wanted, now)


def say_not_ours(db: Database, respondent: Respondent, *, now: datetime) -> LeftAlone:
    """This mailbox has nothing to do with this authority: it is left alone, at once.

    Its links are revoked; the cases stay open for other contacts, and the staff is told. Whoever
    was handed a theme gives it back instead: that is between colleagues.
    """
    assert respondent.link_id is not None
    with db.transaction() as session:
        if not respondent.may_delegate:
            _give_back(session, respondent.link_id, now)
            return LeftAlone(given_back=True)
        contact_id = session.scalar(select(Link.contact_id).where(Link.id == respondent.link_id))
        if contact_id is None:
            raise NoMailboxBehind
        _keep(session, respondent, RequestKind.NOT_OURS, None, None, now)
        session.execute(
            update(Contact)
            .where(Contact.id == contact_id)
            .values(
                stopped_at=func.coalesce(Contact.stopped_at, now),
                stopped_because=StopReason.ASKED,
            )
        )
        revoke(session, respondent.link_id, because=NOT_OURS, now=now)
        session.execute(
            update(Link)
            .where(
                Link.contact_id == contact_id,
                Link.purpose.in_(("card", "chat", "renew")),
                Link.revoked_at.is_(None),
            )
            .values(revoked_at=now, revoked_because=NOT_OURS)
        )
        return LeftAlone(given_back=False)


def settle(
    db: Database, scope: Scope, by: Author, request_id: int, state: RequestState, *, now: datetime
) -> None:
    """A member of staff has dealt with a request, or refuses it.

    A new link is accepted or refused by `renewal`, which writes to its mailbox or forgets it.
    """
    assert state is not RequestState.OPEN
    with db.transaction() as session:
        asked = held_request(session, scope, request_id)
        if asked.kind == RequestKind.NEW_LINK:
            raise Hidden
        decide(session, asked, scope, by, state, now=now)


def restore_contact(
    db: Database, scope: Scope, by: Author, request_id: int, *, now: datetime
) -> None:
    """ "Not ours" was said by mistake: the mailbox is written to again, its links open again."""
    with db.transaction() as session:
        asked = held_request(session, scope, request_id)
        if asked.kind != RequestKind.NOT_OURS:
            raise Hidden
        decide(session, asked, scope, by, RequestState.REFUSED, now=now)
        link = session.get_one(Link, asked.link_id)
        session.execute(
            update(Contact)
            # A mailbox that had asked to be left alone before stays so.
            .where(Contact.id == link.contact_id, Contact.stopped_at == asked.asked_at)
            .values(stopped_at=None, stopped_because=None)
        )
        _open_again(session, link, asked.asked_at)


def held_request(session: Session, scope: Scope, request_id: int) -> Request:
    """An open request that this scope may deal with, locked."""
    found = session.scalar(
        select(Request)
        .where(Request.id == request_id, Request.territory_id.in_(visible_to(scope)))
        .with_for_update()
    )
    if found is None:
        raise Hidden
    mine = select(func.count()).where(
        Request.id == request_id, Request.territory_id.in_(visible_to(scope, Right.CHASE))
    )
    if not session.scalar(mine):
        raise NotAllowed
    if found.state != RequestState.OPEN:
        raise AlreadySettled
    return found


def decide(
    session: Session,
    asked: Request,
    scope: Scope,
    by: Author,
    state: RequestState,
    *,
    now: datetime,
) -> None:
    """Close a request, in the name of whoever decided, with its audit entry."""
    asked.state, asked.decided_at, asked.decided_by = state, now, scope.user_id
    session.add(
        AuditEntry.of(
            by,
            f"request_{state}",
            f"request:{asked.id}",
            {"kind": asked.kind, "territory": asked.territory_id},
            at=now,
        )
    )


def mailbox_of_request(session: Session, scope: Scope, request_id: int) -> str | None:
    """The mailbox that a request is about, for whoever may deal with it; None without one."""
    return session.scalar(
        select(Address.value)
        .join(Request, Request.address_id == Address.id)
        .where(
            Request.id == request_id,
            Request.territory_id.in_(visible_to(scope, Right.CHASE)),
            Address.erased_at.is_(None),
        )
    )


def _give_back(session: Session, link_id: UUID, now: datetime) -> None:
    """The theme is nobody's again, in the team's plan as well: it may be shared out anew."""
    revoke(session, link_id, because=GIVEN_BACK, now=now)
    link = session.get_one(Link, link_id)
    session.execute(
        delete(Assignment).where(
            Assignment.territory_id == link.territory_id,
            Assignment.contact_id == link.contact_id,
            Assignment.theme.in_(link.themes or ()),
        )
    )


def _ask(
    session: Session,
    respondent: Respondent,
    kind: RequestKind,
    themes: Sequence[str | None],
    words: str | None,
    now: datetime,
) -> int:
    """Keep one request a theme; asked twice in the same words, it is the same request."""
    numbers = []
    for theme in themes:
        known = session.scalar(
            select(Request.id).where(
                Request.link_id == respondent.link_id,
                Request.state == RequestState.OPEN,
                Request.kind == kind,
                Request.theme.is_not_distinct_from(theme),
                Request.words.is_not_distinct_from(words),
            )
        )
        numbers.append(known or _keep(session, respondent, kind, theme, words, now))
    return numbers[0]


def _keep(
    session: Session,
    respondent: Respondent,
    kind: RequestKind,
    theme: str | None,
    words: str | None,
    now: datetime,
) -> int:
    waiting = session.scalar(
        select(func.count()).where(
            Request.link_id == respondent.link_id, Request.state == RequestState.OPEN
        )
    )
    # To be left alone is never put off.
    if kind is not RequestKind.NOT_OURS and (waiting or 0) >= MOST_OPEN:
        raise TooManyRequests(n=waiting)
    asked = Request(
        territory_id=respondent.territory_id,
        kind=kind,
        theme=theme,
        words=words,
        address_id=_address_behind(session, respondent.link_id),
        link_id=respondent.link_id,
        channel=respondent.channel,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    return asked.id


def _address_behind(session: Session, link_id: UUID | None) -> int | None:
    return session.scalar(
        select(Contact.address_id)
        .join(Link, Link.contact_id == Contact.id)
        .where(Link.id == link_id)
    )


def _open_again(session: Session, link: Link, since: datetime) -> None:
    """The links that were revoked at that moment live again, unless another took their place."""
    revoked = session.scalars(
        select(Link)
        .where(
            (Link.contact_id == link.contact_id) | (Link.delegated_by == link.id),
            Link.revoked_at == since,
            Link.revoked_because == NOT_OURS,
        )
        .order_by(Link.created_at, Link.id)
    ).all()
    for one in revoked:
        newer = select(func.count()).where(
            Link.purpose == one.purpose,
            Link.territory_id == one.territory_id,
            Link.contact_id.is_not_distinct_from(one.contact_id),
            Link.themes.is_not_distinct_from(one.themes),
            Link.revoked_at.is_(None),
        )
        if not session.scalar(newer):
            one.revoked_at, one.revoked_because = None, None
            session.flush()


def _words(text: str) -> str:
    """What was written, as PostgreSQL can keep it."""
    written = text.replace("\0", "").strip()
    if len(written) > LONGEST:
        raise LongWords(longest=LONGEST)
    return written
