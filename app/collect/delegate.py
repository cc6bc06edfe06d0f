"""Hand one theme to a colleague, by a link of their own, and take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.collect.authors import giver_role
from app.collect.floods import writes_too_often
from app.collect.overview import delegations
from app.collect.refusals import (
    ColleagueNotReachable,
    HandedOverTooOften,
    MayNotDelegate,
    NotYourTheme,
)
from app.collect.standing import Held, hold_draft
from app.db import Database
from app.links.make import Wanted, ensure_links, revoke
from app.links.opened import WITHDRAWN
from app.messages.letterhead import Letterhead
from app.messages.mail_links import ensure_stop_links
from app.messages.outbox import Draft, queue_one
from app.models.campaigns import Wave
from app.models.contacts import Contact, Link
from app.models.teams import Assignment
from app.now import paris
from app.panel.contacts import add_contact
from app.vocabulary.scope import Respondent


@dataclass(frozen=True, slots=True)
class Delegated:
    """A theme handed over. `mailed` is False when this colleague already had the message."""

    email: str
    mailed: bool


def delegate(
    db: Database,
    respondent: Respondent,
    theme: str,
    email: str,
    letterhead: Letterhead,
    *,
    name: str | None,
    now: datetime,
) -> Delegated:
    """Give a colleague a link to this theme only; its message leaves in the same transaction.

    The person who hands it over may still answer. `BadMailbox` when the address is none.
    """
    with db.transaction() as session:
        _may_delegate(respondent)
        held = hold_draft(session, respondent, theme, now=now)
        colleague = add_contact(
            session,
            respondent.territory_id,
            email,
            name=name,
            role="colleague",
            origin="respondent",
            as_of=paris(now).date(),
            now=now,
        )
        if colleague.stopped_at is not None or colleague.address.state != "good":
            raise ColleagueNotReachable
        wanted = Wanted(
            "delegate", respondent.territory_id, colleague.id, (theme,), respondent.link_id
        )
        _refuse_a_flood(session, wanted, colleague, now)
        key_id = letterhead.signer.key_id
        link_id = ensure_links(session, [wanted], key_id=key_id, now=now)[wanted]
        territory_id = respondent.territory_id
        ensure_stop_links(session, [(territory_id, colleague.id)], key_id=key_id, now=now)
        _note_in_plan(session, held, colleague.id, respondent, now)
        mailed = _queue(session, colleague, held, link_id, respondent, now)
        return Delegated(colleague.address.value, mailed)


def _may_delegate(respondent: Respondent) -> None:
    if not respondent.may_delegate:
        raise MayNotDelegate


def _refuse_a_flood(session: Session, wanted: Wanted, colleague: Contact, now: datetime) -> None:
    """The same hand-over again makes nothing and sends nothing: it is let through."""
    known = session.scalar(
        select(Link.id).where(
            Link.purpose == "delegate",
            Link.delegated_by == wanted.delegated_by,
            Link.contact_id == wanted.contact_id,
            Link.themes == list(wanted.themes or ()),
            Link.revoked_at.is_(None),
        )
    )
    if known is None and writes_too_often(
        session, wanted.territory_id, colleague.address_id, now=now
    ):
        raise HandedOverTooOften


def _note_in_plan(
    session: Session, held: Held, contact_id: int, respondent: Respondent, now: datetime
) -> None:
    """The team's page shows who has the theme, unless its plan names somebody already."""
    campaign_id = select(Wave.campaign_id).where(Wave.id == held.case.wave_id).scalar_subquery()
    session.execute(
        insert(Assignment)
        .values(
            campaign_id=campaign_id,
            territory_id=respondent.territory_id,
            theme=held.case.theme,
            contact_id=contact_id,
            assigned_by=respondent.link_id,
            assigned_at=now,
        )
        .on_conflict_do_nothing()
    )


def _queue(
    session: Session,
    colleague: Contact,
    held: Held,
    link_id: UUID,
    respondent: Respondent,
    now: datetime,
) -> bool:
    """Queue the colleague's message. Its occasion is the link: handed over anew, it goes anew."""
    draft = Draft(
        address_id=colleague.address_id,
        wave_id=held.case.wave_id,
        step="delegation",
        occasion=f"delegation:{link_id}",
        case_ids=(held.case.id,),
        link_id=link_id,
        details={
            "theme": held.case.theme,
            # The giver's name, if known, is read from the link when the message leaves.
            "by_label": giver_role(session, respondent.link_id),
            "minutes": held.questionnaire.minutes,
        },
        not_before=now,
    )
    return queue_one(session, draft) is not None


def withdraw_delegation(
    db: Database, respondent: Respondent, theme: str, *, now: datetime
) -> tuple[str, ...]:
    """Take a theme back from whom this link gave it to; their mailboxes, none if nobody held it.

    What they answered stays.
    """
    with db.transaction() as session:
        if theme not in respondent.themes:
            raise NotYourTheme
        _may_delegate(respondent)
        rows = session.execute(delegations(respondent.territory_id)).all()
        given = [
            (link, mailbox)
            for link, mailbox, _ in rows
            if link.delegated_by == respondent.link_id and theme in (link.themes or ())
        ]
        for link, _ in given:
            revoke(session, link.id, because=WITHDRAWN, now=now)
        session.execute(
            delete(Assignment).where(
                Assignment.territory_id == respondent.territory_id,
                Assignment.theme == theme,
                Assignment.contact_id.in_([link.contact_id for link, _ in given]),
            )
        )
        return tuple(mailbox for _, mailbox in given)
