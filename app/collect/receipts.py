"""The receipt of a theme handed in: its number, and the message that carries it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.collect.open import Submission
from app.messages.mail_links import ensure_stop_links
from app.messages.outbox import Draft, queue_one
from app.models.cases import Case, CaseEvent, SurveyResponse
from app.models.contacts import Address, Contact, Link
from app.models.territories import Territory
from app.vocabulary.dispositions import SUBMITTED


def next_number(session: Session, case: Case, response: SurveyResponse) -> str:
    """`23-000418`, then `23-000418-2` once reopened and handed in again.

    The département (or région) helps whoever takes the call; the response's id makes it unique.
    """
    place = session.execute(
        select(Territory.departement_code, Territory.region_code).where(
            Territory.id == case.territory_id
        )
    ).one()
    times = session.scalar(
        select(func.count())
        .select_from(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.to_disposition.in_(SUBMITTED))
    )
    number = f"{place.departement_code or place.region_code or '00'}-{response.id:06d}"
    return number if not times else f"{number}-{times + 1}"


def queue_receipt(
    session: Session,
    link_id: UUID | None,
    case: Case,
    handed_in: Submission,
    *,
    key_id: int,
    now: datetime,
) -> bool:
    """Queue the receipt to the mailbox behind the link; False when there is none to write to.

    Counts only, never an answer: the file that goes with it is made when it leaves, and never for
    a confidential theme (`reports/receipts`). A mailbox has other readers than who answered.
    """
    contact = _contact_behind(session, link_id)
    if contact is None:
        return False
    ensure_stop_links(session, [(case.territory_id, contact.id)], key_id=key_id, now=now)
    draft = Draft(
        address_id=contact.address_id,
        wave_id=case.wave_id,
        step="receipt",
        occasion=f"receipt:{handed_in.number}",
        case_ids=(case.id,),
        link_id=link_id,
        details={
            "theme": handed_in.theme.code,
            "number": handed_in.number,
            **(asdict(handed_in.progress) if handed_in.progress else {}),
        },
        not_before=now,
    )
    return queue_one(session, draft) is not None


def _contact_behind(session: Session, link_id: UUID | None) -> Contact | None:
    if link_id is None:
        return None
    return session.scalar(
        select(Contact)
        .join(Address, Contact.address_id == Address.id)
        .join(Link, Link.contact_id == Contact.id)
        .where(
            Link.id == link_id,
            Address.channel == "email",
            Address.state == "good",
            Contact.stopped_at.is_(None),
        )
    )
