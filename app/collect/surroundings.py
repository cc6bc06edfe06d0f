"""Around a questionnaire: the authority that answers, its wave, the mailbox behind its link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from app.cases.waves import EFFECTIVE_END
from app.models.campaigns import Campaign, Wave
from app.models.contacts import Address, Contact, Link
from app.models.territories import Place, Territory


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
_AROUND = (
    select(
        *(Territory.id, Territory.name, Territory.kind, Territory.population),
        Place.name.label("departement"),
        *(Wave.id.label("wave_id"), Wave.number, Wave.label, Wave.opens_at),
        *(EFFECTIVE_END.label("ends_at"), Campaign.simulated),
        _FOLLOWS_ANOTHER.label("follows_another"),
    )
    .select_from(Territory)
    .join(Wave, Wave.id == bindparam("wave_id"))
    .join(Campaign, Campaign.id == Wave.campaign_id)
    .outerjoin(Place, (Place.level == "departement") & (Place.code == Territory.departement_code))
    .where(Territory.id == bindparam("territory_id"))
)


def surroundings(session: Session, territory_id: int, wave_id: int) -> tuple[Authority, WaveDates]:
    """The authority, with the name of its département, and the wave as it stands today."""
    row = session.execute(_AROUND, {"territory_id": territory_id, "wave_id": wave_id}).one()
    departement = "" if row.kind in ("region", "departement") else row.departement or ""
    return (
        Authority(row.id, row.name, row.kind, departement, row.population),
        WaveDates(
            *(row.wave_id, row.number, row.label, row.opens_at, row.ends_at, row.simulated),
            follows_another=row.follows_another,
        ),
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
