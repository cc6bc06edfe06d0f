"""Around a questionnaire: the authority that answers, its wave, the mailbox behind its link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.cases.waves import effective_end
from app.models.campaigns import Wave
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


@dataclass(frozen=True, slots=True)
class Authority:
    """The territory that answers. `departement` is its name, empty for a région."""

    id: int
    name: str
    kind: str
    departement: str
    population: int | None


def authority(session: Session, territory_id: int) -> Authority:
    """The territory's name and size, with the name of its département."""
    row = session.execute(
        select(Territory, Place.name)
        .outerjoin(
            Place, (Place.level == "departement") & (Place.code == Territory.departement_code)
        )
        .where(Territory.id == territory_id)
    ).one()
    territory, departement = row
    return Authority(
        territory.id,
        territory.name,
        territory.kind,
        (departement or "") if territory.kind not in ("region", "departement") else "",
        territory.population,
    )


def mailbox_of(session: Session, link_id: UUID | None) -> str | None:
    """The address a link was written to, if any."""
    if link_id is None:
        return None
    return session.scalar(
        select(Address.value)
        .join(Contact, Contact.address_id == Address.id)
        .join(Link, Link.contact_id == Contact.id)
        .where(Link.id == link_id, Address.channel == "email", Address.erased_at.is_(None))
    )


def wave_dates(session: Session, wave_id: int) -> WaveDates:
    """The wave as it stands: extended, it ends later."""
    wave = session.scalars(
        select(Wave).where(Wave.id == wave_id).options(joinedload(Wave.campaign))
    ).one()
    return WaveDates(
        wave.id,
        wave.number,
        wave.label,
        wave.opens_at,
        effective_end(session, wave_id),
        wave.campaign.simulated,
    )


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
