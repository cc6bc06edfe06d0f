"""The files of `@etalab/decoupage-administratif`: the official list of French authorities.

Communes, EPCI, départements and régions of one millésime, from INSEE, Banatic and the DGFiP,
under Licence Ouverte. Read as they are, but for the apostrophe of the names, which is set as
French does; `asked.py` says whom the barometer asks.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from app.errors import Refused
from app.vocabulary.articles import typeset

T = TypeVar("T")

CURRENT = "commune-actuelle"
OVERSEAS_COLLECTIVITY = "com"  # `zone`: collectivités d'outre-mer, outside the barometer
LYON = "MET69"  # an EPCI of its own type, which is its territory's département as well


class NoDecoupage(Refused):
    """The folder does not hold the files of the package, or one of them cannot be read."""

    sentence = (
        "Le fichier {file} ne peut pas être lu\u00a0: {reason}. "
        "Indiquez le dossier «\u00a0data\u00a0» du paquet @etalab/decoupage-administratif."
    )


@dataclass(frozen=True, slots=True)
class Commune:
    """One entry of the communes' file; `nature` tells a commune from a part of one."""

    code: str
    name: str
    nature: str
    siren: str | None
    population: int | None  # municipal; zero is not missing
    departement: str
    region: str
    zone: str
    postal_code: str | None  # the first of its codes; 359 communes have several


@dataclass(frozen=True, slots=True)
class Epci:
    """An intercommunality with a tax of its own, and the codes of its communes."""

    siren: str
    name: str
    nature: str
    population: int | None
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A département (with its région) or a région."""

    code: str
    name: str
    region: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class Decoupage:
    """One millésime of the package."""

    communes: tuple[Commune, ...]
    epci: tuple[Epci, ...]
    departements: tuple[Place, ...]
    regions: tuple[Place, ...]


def read(folder: Path) -> Decoupage:
    """The four files of a folder; `NoDecoupage` names the one that cannot be used."""
    return Decoupage(
        tuple(_entries(folder / "communes.json", _commune)),
        tuple(_entries(folder / "epci.json", _epci)),
        tuple(_entries(folder / "departements.json", _place)),
        tuple(_entries(folder / "regions.json", _place)),
    )


def departements(folder: Path) -> dict[str, str]:
    """The départements that the barometer knows, by their code: the overseas collectivities out."""
    places = _entries(folder / "departements.json", _place)
    return {place.code: place.name for place in places if place.zone != OVERSEAS_COLLECTIVITY}


def _entries(path: Path, build: Callable[[dict[str, Any]], T]) -> list[T]:
    try:
        return [build(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except OSError as error:
        raise NoDecoupage(file=path.name, reason="il est absent ou protégé") from error
    except ValueError as error:
        raise NoDecoupage(file=path.name, reason="ce n’est pas du JSON en UTF-8") from error
    except (KeyError, TypeError) as error:
        raise NoDecoupage(file=path.name, reason="il y manque un champ attendu") from error


def _commune(entry: dict[str, Any]) -> Commune:
    return Commune(
        code=entry["code"],
        name=typeset(entry["nom"]),
        nature=entry["type"],
        siren=entry.get("siren"),
        population=entry.get("population"),
        departement=entry["departement"],
        region=entry["region"],
        zone=entry["zone"],
        postal_code=next(iter(entry.get("codesPostaux") or []), None),
    )


def _epci(entry: dict[str, Any]) -> Epci:
    return Epci(
        siren=entry["code"],
        name=typeset(entry["nom"]),
        nature=entry["type"],
        population=entry.get("populationMunicipale"),
        members=tuple(member["code"] for member in entry["membres"]),
    )


def _place(entry: dict[str, Any]) -> Place:
    return Place(entry["code"], typeset(entry["nom"]), entry.get("region"), entry["zone"])
