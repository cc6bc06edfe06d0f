"""Why the staff are asked for another address: what came of our mail to the one we have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.messages.bounces.new_address import UNPROVEN
from app.models.contacts import Address
from app.models.requests import Request
from app.models.scope import visible_to
from app.models.sending import MailReport
from app.vocabulary.mail_reports import ReportKind
from app.vocabulary.requests import RequestKind
from app.vocabulary.scope import Scope

WRITTEN_OFF_BY = (ReportKind.HARD, ReportKind.MOVED)


class Standing(StrEnum):
    """What becomes of our mail to that mailbox now."""

    RETURNED = "returned"  # it comes back, or is refused at once
    ARRIVES = "arrives"  # nothing came back: the mailbox itself speaks of another address
    MENDED = "mended"  # it came back, and others who share the mailbox said that it works again
    STOPPED = "stopped"  # nobody writes to it any more, as its person asked


@dataclass(frozen=True, slots=True)
class WhyAsked:
    """`proposed`: an address that a mail gave ("": none); not `proven`, anybody may have."""

    address_id: int
    standing: Standing
    proposed: str
    proven: bool


def why_asked(session: Session, scope: Scope, request_id: int) -> WhyAsked | None:
    """What a request for another address rests on; None for any other request."""
    came_back = exists().where(
        MailReport.address_id == Address.id, MailReport.kind.in_(WRITTEN_OFF_BY)
    )
    row = session.execute(
        select(Address.id, Address.state, Request.words, came_back.label("came_back"))
        .join(Request, Request.address_id == Address.id)
        .where(
            Request.id == request_id,
            Request.kind == RequestKind.NEW_ADDRESS,
            Request.territory_id.in_(visible_to(scope)),
        )
    ).one_or_none()
    if row is None:
        return None
    words = row.words or ""
    standing = _standing(row.state, returned=row.came_back or not words)
    proven = not words.startswith(UNPROVEN)
    return WhyAsked(row.id, standing, words.removeprefix(UNPROVEN), proven)


def _standing(state: str, *, returned: bool) -> Standing:
    """A request without words is only made when mail came back or was refused."""
    if state == "bouncing":
        return Standing.RETURNED
    if state == "good":
        return Standing.MENDED if returned else Standing.ARRIVES
    return Standing.STOPPED
