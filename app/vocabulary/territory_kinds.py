"""The four kinds of authority that the barometer asks, and their size strata."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TerritoryKind(StrEnum):
    """Codes are ours; labels are those of French administration."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"


LABELS: dict[TerritoryKind, str] = {
    TerritoryKind.COMMUNE: "Commune",
    TerritoryKind.EPCI: "Intercommunalité",
    TerritoryKind.DEPARTEMENT: "Département",
    TerritoryKind.REGION: "Région",
}

PLURALS: dict[TerritoryKind, str] = {
    TerritoryKind.COMMUNE: "communes",
    TerritoryKind.EPCI: "intercommunalités",
    TerritoryKind.DEPARTEMENT: "départements",
    TerritoryKind.REGION: "régions",
}

OFFICES: dict[TerritoryKind, str] = {
    TerritoryKind.COMMUNE: "la mairie",
    TerritoryKind.EPCI: "l’intercommunalité",
    TerritoryKind.DEPARTEMENT: "le département",
    TerritoryKind.REGION: "la région",
}
"""What those who work there call it, in a sentence."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A class of municipal population, lower bound included, upper bound excluded."""

    code: str
    label: str
    low: int
    high: int | None


# The classes of `facts/barometre.md` 1.2, which keep the legal thresholds of 3,500 and 30,000.
COMMUNE_STRATA: tuple[Stratum, ...] = (
    Stratum("0-499", "moins de 500 habitants", 0, 500),
    Stratum("500-999", "500 à 999 habitants", 500, 1_000),
    Stratum("1000-3499", "1\u00a0000 à 3\u00a0499 habitants", 1_000, 3_500),
    Stratum("3500-4999", "3\u00a0500 à 4\u00a0999 habitants", 3_500, 5_000),
    Stratum("5000-9999", "5\u00a0000 à 9\u00a0999 habitants", 5_000, 10_000),
    Stratum("10000-24999", "10\u00a0000 à 24\u00a0999 habitants", 10_000, 25_000),
    Stratum("25000-29999", "25\u00a0000 à 29\u00a0999 habitants", 25_000, 30_000),
    Stratum("30000-99999", "30\u00a0000 à 99\u00a0999 habitants", 30_000, 100_000),
    Stratum("100000+", "100\u00a0000 habitants et plus", 100_000, None),
)
EPCI_STRATA: tuple[Stratum, ...] = (
    Stratum("0-14999", "moins de 15\u00a0000 habitants", 0, 15_000),
    Stratum("15000-29999", "15\u00a0000 à 29\u00a0999 habitants", 15_000, 30_000),
    Stratum("30000-99999", "30\u00a0000 à 99\u00a0999 habitants", 30_000, 100_000),
    Stratum("100000+", "100\u00a0000 habitants et plus", 100_000, None),
)
WHOLE = Stratum("all", "toutes tailles", 0, None)

STRATA: dict[TerritoryKind, tuple[Stratum, ...]] = {
    TerritoryKind.COMMUNE: COMMUNE_STRATA,
    TerritoryKind.EPCI: EPCI_STRATA,
    TerritoryKind.DEPARTEMENT: (WHOLE,),
    TerritoryKind.REGION: (WHOLE,),
}


def stratum_of(kind: TerritoryKind, population: int | None) -> Stratum:
    """The size class of an authority; an unknown population falls in the smallest class.

    Zero is a population (six communes destroyed in 1916 keep a mayor), None is a missing one.
    """
    size = population or 0
    return next(
        stratum
        for stratum in STRATA[kind]
        if stratum.low <= size and (stratum.high is None or size < stratum.high)
    )


def peer_code(region_code: str, stratum: str) -> str:
    """The peer group within a kind: same région, same size; empty where there is no région."""
    return f"{region_code}|{stratum}" if region_code else ""
