"""Around a questionnaire: the authority that answers, its wave, the mailbox behind its link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from app.collect.standing import CASES, ByTheme, Held, held_in
from app.collect.team_standing import TEAM, TeamStanding, standing_of
from app.models.campaigns import Campaign, Wave
from app.models.cases import Case
from app.models.contacts import Address, Contact, Link
from app.models.teams import Team
from app.models.territories import Place, Territory
from app.vocabulary.scope import Respondent


@dataclass(frozen=True, slots=True)
class WaveDates:
    """The wave that the link opens today."""

    id: int
    number: int
    label: str
    opens_at: datetime
    ends_at: datetime  # the effective end
    simulated: bool
    follows_another: bool = False  # an earlier campaign, of the same sort, asked something


@dataclass(frozen=True, slots=True)
class Authority:
    """The territory that answers. `departement` is its name, empty for a région."""

    id: int
    name: str
    kind: str
    departement: str
    population: int | None


_EARLIER = aliased(Campaign)
_FOLLOWS_ANOTHER = exists(
    select(_EARLIER.id).where(
        _EARLIER.millesime < Campaign.millesime, _EARLIER.simulated == Campaign.simulated
    )
).correlate(Campaign)
# One statement for a page: each that a page asks apart costs as much as drawing a question.
_AROUND = ByTheme.of(
    CASES.add_columns(
        *(Territory.name.label("authority"), Territory.kind.label("authority_kind")),
        *(Territory.population.label("inhabitants"), Place.name.label("departement")),
        *(Wave.number, Wave.label, Wave.opens_at, Campaign.simulated),
        _FOLLOWS_ANOTHER.label("follows_another"),
        *TEAM,
    )
    .join(Territory, Territory.id == Case.territory_id)
    .join(Campaign, Campaign.id == Wave.campaign_id)
    .outerjoin(Place, (Place.level == "departement") & (Place.code == Territory.departement_code))
    .outerjoin(
        Team, (Team.campaign_id == Wave.campaign_id) & (Team.territory_id == Case.territory_id)
    )
)


@dataclass(frozen=True, slots=True)
class Around:
    """Themes of a respondent, to read only, and what stands around them all."""

    themes: list[Held]
    authority: Authority
    wave: WaveDates
    team: TeamStanding


def look_around(session: Session, respondent: Respondent, themes: Sequence[str]) -> Around:
    """These themes, at least one, with the authority, the wave as it stands today and the team."""
    rows = _AROUND.rows(session, respondent, themes, link_id=respondent.link_id)
    held = [held_in(session, *row[:4]) for row in rows]
    team = standing_of(session, respondent, rows[0], [one.response.id for one in held])
    return Around(held, _authority(held[0], rows[0]), _wave(held[0], rows[0]), team)


def _authority(held: Held, row: Row[Any]) -> Authority:
    kind = row.authority_kind
    departement = "" if kind in ("region", "departement") else row.departement or ""
    return Authority(held.case.territory_id, row.authority, kind, departement, row.inhabitants)


def _wave(held: Held, row: Row[Any]) -> WaveDates:
    return WaveDates(
        *(held.case.wave_id, row.number, row.label, row.opens_at, held.ends_at, row.simulated),
        follows_another=row.follows_another,
    )


_MAILBOX = (
    select(Address.value)
    .join(Contact, Contact.address_id == Address.id)
    .join(Link, Link.contact_id == Contact.id)
    .where(Link.id == bindparam("link_id"), Address.channel == "email", Address.erased_at.is_(None))
)


def mailbox_of(session: Session, link_id: UUID | None) -> str | None:
    """The address a link was written to, if any."""
    if link_id is None:
        return None
    return session.scalar(_MAILBOX, {"link_id": link_id})


def sibling_link(session: Session, link_id: UUID | None, purpose: str) -> tuple[UUID, int] | None:
    """The id and key of the live link that the same contact holds for another purpose, if any."""
    held = select(Link.contact_id, Link.territory_id).where(Link.id == link_id).subquery()
    row = session.execute(
        select(Link.id, Link.key_id)
        .join(
            held,
            (Link.contact_id == held.c.contact_id) & (Link.territory_id == held.c.territory_id),
        )
        .where(Link.purpose == purpose, Link.revoked_at.is_(None))
        .order_by(Link.created_at.desc())
        .limit(1)
    ).first()
    return (row.id, row.key_id) if row else None
