"""Answers that the staff enter for an authority: received on paper or by telephone.

They go through the same steps as the authority's own, under the name of the member of staff and
with the channel they came by. Everything starts from the territories that the staff may chase.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.cases.record import record
from app.cases.waves import EFFECTIVE_END
from app.collect.refusals import AlreadySubmitted, NothingAskedOfThem, WaveStillOpen
from app.collect.standing import current_wave, hold, themes_asked
from app.collect.submit import Receipt, submit_into
from app.db import Database
from app.errors import Hidden
from app.links.make import Wanted, ensure_links
from app.messages.letterhead import Letterhead
from app.models.campaigns import Wave
from app.models.cases import Case, SurveyResponse
from app.models.contacts import Address, Contact
from app.models.organisations import AuditEntry
from app.models.scope import must_chase
from app.vocabulary.dispositions import Completeness, D
from app.vocabulary.scope import Author, Channel, Respondent, Scope

ENTERED: Collection[Channel] = (Channel.PHONE, Channel.PAPER)
"""The channels by which the staff receive answers."""
CAME_LATE = "came late"
"""Why a case became late: a questionnaire came back filled in after the wave's end."""


def respondent_for(
    session: Session, scope: Scope, by: Author, territory_id: int, channel: Channel
) -> Respondent:
    """The authority's respondent, played by a member of staff who may chase it.

    Refused as `must_chase` refuses.
    """
    must_chase(session, scope, territory_id)
    return respondent_in_name_of(session, by, territory_id, channel)


def respondent_in_name_of(
    session: Session, by: Author, territory_id: int, channel: Channel
) -> Respondent:
    """The same, for who may speak for every authority, or was checked already."""
    asked = session.scalar(themes_asked(bindparam("territory_id")), {"territory_id": territory_id})
    if not asked:
        raise NothingAskedOfThem
    return Respondent(
        territory_id=territory_id,
        themes=tuple(sorted(asked)),
        author=by,
        channel=channel,
        may_delegate=False,
    )


def hand_in_for(
    db: Database,
    scope: Scope,
    by: Author,
    territory_id: int,
    theme: str,
    channel: Channel,
    letterhead: Letterhead,
    completeness: Completeness,
    *,
    now: datetime,
) -> Receipt:
    """Hand one theme in for an authority; the receipt goes to its mailbox, if it has one."""
    with db.transaction() as session:
        respondent = respondent_for(session, scope, by, territory_id, channel)
        held = hold(session, respondent, theme, now=now)
        link_id = contact_link(session, territory_id, key_id=letterhead.signer.key_id, now=now)
        told = replace(respondent, link_id=link_id)
        return submit_into(session, held, told, letterhead, completeness, now=now)


def contact_link(session: Session, territory_id: int, *, key_id: int, now: datetime) -> UUID | None:
    """The answer link of the mailbox that we write to about this authority; None without one."""
    contact_id = session.scalar(
        select(Contact.id)
        .join(Address, Address.id == Contact.address_id)
        .where(
            Contact.territory_id == territory_id,
            Contact.stopped_at.is_(None),
            Address.channel == Channel.EMAIL,
            Address.state == "good",
        )
        .order_by(Contact.role == "colleague", Contact.id)  # a colleague had one theme only
        .limit(1)
    )
    if contact_id is None:
        return None
    wanted = Wanted("answer", territory_id, contact_id)
    return ensure_links(session, [wanted], key_id=key_id, now=now)[wanted]


def note_late(
    db: Database, scope: Scope, by: Author, territory_id: int, theme: str, *, now: datetime
) -> None:
    """A questionnaire came back filled in after the end: AAPOR 2.27, and no answer is kept.

    What was handed in in time stays so. Noted twice, it is noted once.
    """
    with db.transaction() as session:
        respondent_for(session, scope, by, territory_id, Channel.PAPER)
        row = session.execute(
            select(Case, SurveyResponse.submitted_at, EFFECTIVE_END.label("ends_at"))
            .join(SurveyResponse, SurveyResponse.case_id == Case.id)
            .join(Wave, Wave.id == Case.wave_id)
            .where(
                Case.wave_id == current_wave(bindparam("territory_id")).scalar_subquery(),
                Case.territory_id == bindparam("territory_id"),
                Case.theme == theme,
            )
            .with_for_update(of=(SurveyResponse, Case)),
            {"territory_id": territory_id},
        ).one_or_none()
        if row is None:
            raise Hidden
        case, submitted_at, ends_at = row
        if now < ends_at:
            raise WaveStillOpen
        if submitted_at is not None:
            raise AlreadySubmitted
        if case.disposition == D.LATE:
            return
        record(session, case, D.LATE, why=CAME_LATE, by=by, at=now)
        session.add(AuditEntry.of(by, "late_paper_noted", f"case:{case.id}", at=now))
