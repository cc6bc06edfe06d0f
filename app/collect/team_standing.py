"""Where a team stands: who validates, what was asked or returned, who has which theme. Steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.orm import Session

from app.models.campaigns import Wave
from app.models.contacts import Address, Contact, Link
from app.models.teams import Assignment, Team
from app.vocabulary.scope import ActorKind, Respondent


class Validating(StrEnum):
    """Where a draft stands with who validates."""

    NONE = "none"
    ASKED = "asked"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class ValidationStanding:
    """The last step of a draft's validation; `comment` when it was returned."""

    state: Validating = Validating.NONE
    comment: str = ""
    at: datetime | None = None
    row_id: int | None = None
    asked_by: UUID | None = None  # the link that asked last


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who has a theme, and by when their authority wants it."""

    email: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """A team, as one respondent's link sees it."""

    validator_id: int | None = None
    validates: bool = False  # this respondent is who validates
    needs_validation: bool = False  # somebody else must validate before this theme is sent
    assigned: Mapping[str, Assigned] = field(default_factory=dict)
    validations: Mapping[int, ValidationStanding] = field(default_factory=dict)  # by response

    def of(self, response_id: int) -> ValidationStanding:
        return self.validations.get(response_id, ValidationStanding())


_NO_TEAM = TeamStanding()
TEAM = (
    Team.campaign_id,
    Team.validator_id,
    select(Link.contact_id)
    .where(Link.id == bindparam("link_id"))
    .scalar_subquery()
    .label("own_id"),
)
"""What a statement that joins `Team` reads for `standing_of`. Named value: link_id."""

_TEAM = (
    select(*TEAM)
    .join(Wave, Wave.campaign_id == Team.campaign_id)
    .where(Wave.id == bindparam("wave_id"), Team.territory_id == bindparam("territory_id"))
)
# A submission leaves "approved" or a receipt behind, a reopening an event: both start afresh.
_LAST = text("""
    SELECT DISTINCT ON (validations.response_id)
           validations.response_id, validations.id, validations.kind, validations.comment,
           validations.at,
           (SELECT asked.actor_id FROM validations AS asked
             WHERE asked.response_id = validations.response_id AND asked.kind = 'asked'
               AND asked.actor_kind = 'link'
             ORDER BY asked.id DESC LIMIT 1) AS asked_by
      FROM validations JOIN responses ON responses.id = validations.response_id
     WHERE validations.response_id = ANY(:responses) AND responses.submitted_at IS NULL
       AND NOT EXISTS (
        SELECT FROM case_events WHERE case_events.case_id = responses.case_id
           AND case_events.why = 'reopened' AND case_events.at >= validations.at)
     ORDER BY validations.response_id, validations.id DESC
""")


def team_standing(
    session: Session, respondent: Respondent, wave_id: int, responses: Sequence[int]
) -> TeamStanding:
    """The team of this authority in this wave's campaign, and where these responses stand."""
    row = session.execute(
        _TEAM,
        {
            "link_id": respondent.link_id,
            "wave_id": wave_id,
            "territory_id": respondent.territory_id,
        },
    ).one_or_none()
    return standing_of(session, respondent, row, responses)


def standing_of(
    session: Session, respondent: Respondent, row: Row[Any] | None, responses: Sequence[int]
) -> TeamStanding:
    """`team_standing`, for who has read `TEAM` already: a page asks it with the rest."""
    if row is None or row.campaign_id is None:
        return _NO_TEAM
    validates = row.validator_id is not None and row.validator_id == row.own_id
    by_link = respondent.author.kind is ActorKind.LINK  # a paper or a call has its own proof
    asked = row.validator_id is not None
    return TeamStanding(
        validator_id=row.validator_id,
        validates=validates,
        needs_validation=asked and not validates and by_link,
        assigned=_assigned(session, respondent, row.campaign_id),
        validations=validations_of(session, responses) if asked else {},
    )


def validations_of(session: Session, responses: Sequence[int]) -> dict[int, ValidationStanding]:
    """The last step of each draft's validation, by response."""
    rows = session.execute(_LAST, {"responses": sorted(responses)})
    return {row.response_id: _standing(row) for row in rows if row.kind != "approved"}


def _standing(row: Row[Any]) -> ValidationStanding:
    return ValidationStanding(
        Validating(row.kind),
        row.comment or "",
        row.at,
        row.id,
        UUID(row.asked_by) if row.asked_by else None,
    )


def _assigned(session: Session, respondent: Respondent, campaign_id: int) -> dict[str, Assigned]:
    """Who has which theme. A delegate is told their own deadlines, never of the others."""
    rows = session.execute(
        select(Assignment.theme, Assignment.due_on, Address.value, Assignment.contact_id)
        .join(Contact, Contact.id == Assignment.contact_id)
        .join(Address, Address.id == Contact.address_id)
        .where(
            Assignment.campaign_id == campaign_id,
            Assignment.territory_id == respondent.territory_id,
            Assignment.theme.in_(respondent.themes),
            Address.erased_at.is_(None),
        )
        .order_by(Assignment.theme)
    )
    return {
        row.theme: Assigned(row.value if respondent.may_delegate else "", row.due_on)
        for row in rows
    }
