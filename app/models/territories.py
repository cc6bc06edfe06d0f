"""Territories: one row for the life of an authority, one version a millésime."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Everyone, ScopeRule
from app.vocabulary.territory_kinds import TerritoryKind

KINDS = ", ".join(f"'{kind}'" for kind in TerritoryKind)


class Territory(Base):
    """A local authority; its latest name, population and parents, written by the import only."""

    __tablename__ = "territories"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Territory.id.in_(visible))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    code: Mapped[str]  # INSEE code, or SIREN for an EPCI; text, unique only with its kind
    siren: Mapped[str | None]
    name: Mapped[str]
    sort_name: Mapped[str]  # lower case, without accents or articles: what is sorted and searched
    population: Mapped[int | None]  # municipal population; zero is not missing
    stratum: Mapped[str]
    departement_code: Mapped[str | None]  # the main one; see territory_departements
    region_code: Mapped[str | None]
    epci_siren: Mapped[str | None]
    asked: Mapped[bool]  # in the panel; False: known, never asked (a single assembly counted once)
    not_asked_because: Mapped[str | None]

    departements: Mapped[list[TerritoryDepartement]] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="territory_kind_known"),
        CheckConstraint(
            "asked OR not_asked_because IS NOT NULL", name="territory_left_out_says_why"
        ),
        UniqueConstraint("kind", "code"),
        Index(
            "uq_territories_kind_siren",
            "kind",
            "siren",
            unique=True,
            postgresql_where=text("siren IS NOT NULL"),
        ),
        Index("ix_territories_sort_name", "sort_name", "id"),
        Index("ix_territories_departement", "departement_code", "kind", "sort_name"),
        Index("ix_territories_epci", "epci_siren"),
    )

    def __str__(self) -> str:
        return self.name


class TerritoryVersion(Base):
    """A territory as it stood in one millésime (INSEE's code officiel géographique)."""

    __tablename__ = "territory_versions"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: TerritoryVersion.territory_id.in_(visible)
    )

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    millesime: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    sort_name: Mapped[str]
    population: Mapped[int | None]
    departement_code: Mapped[str | None]
    region_code: Mapped[str | None]
    epci_siren: Mapped[str | None]


class TerritoryDepartement(Base):
    """Where a territory lies: 89 of the 1,255 EPCI lie in several départements."""

    __tablename__ = "territory_departements"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: TerritoryDepartement.territory_id.in_(visible)
    )

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    departement_code: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_territory_departements_code", "departement_code", "territory_id"),)


class TerritorySuccession(Base):
    """Who took over from whom: mergers and splits."""

    __tablename__ = "territory_successions"
    scoped: ClassVar[ScopeRule] = staticmethod(
        lambda visible: TerritorySuccession.new_id.in_(visible)
    )

    old_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    succeeded_on: Mapped[date]


class Place(Base):
    """Names of départements and régions as places, asked or not: what pages and filters show."""

    __tablename__ = "places"
    scoped: ClassVar[type[Everyone]] = Everyone

    level: Mapped[str] = mapped_column(primary_key=True)  # departement or region
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    sort_name: Mapped[str]
    region_code: Mapped[str | None]

    __table_args__ = (CheckConstraint("level IN ('departement', 'region')", name="place_level"),)


class Indicator(Base):
    """A figure of public data about a territory, with its source and date."""

    __tablename__ = "indicators"
    scoped: ClassVar[ScopeRule] = staticmethod(lambda visible: Indicator.territory_id.in_(visible))

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    source: Mapped[str]
    as_of: Mapped[date]
