"""Whom the barometer asks, and whom it leaves out, with the reason. Pure.

Source: "The panel" of the design. An assembly that acts at two levels is asked once; what is
left out for that reason stays known, because pages and filters name it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.panel.decoupage import CURRENT, LYON, OVERSEAS_COLLECTIVITY, Commune, Decoupage, Epci
from app.panel.sort_names import sort_name
from app.vocabulary.territory_kinds import TerritoryKind as Kind

# One assembly, counted once: (kind, code) → why this entry is not the one that is asked.
ONE_ASSEMBLY = {
    (Kind.DEPARTEMENT, "75"): "Paris est interrogée une fois, comme commune",
    (Kind.DEPARTEMENT, "2A"): "la Collectivité de Corse est interrogée une fois, comme région",
    (Kind.DEPARTEMENT, "2B"): "la Collectivité de Corse est interrogée une fois, comme région",
    (Kind.DEPARTEMENT, "972"): "la Martinique est interrogée une fois, comme région",
    (Kind.DEPARTEMENT, "973"): "la Guyane est interrogée une fois, comme région",
    (Kind.DEPARTEMENT, "68"): (
        "la Collectivité européenne d’Alsace est interrogée une fois, par le 67"
    ),
    (Kind.REGION, "06"): "Mayotte est interrogée une fois, comme département",
}
ALSACE = ("67", "68")
ALSACE_NAME = "Collectivité européenne d’Alsace"
OVERSEAS = "collectivités d’outre-mer, hors du baromètre"
PARTS = {
    "commune-deleguee": "communes déléguées, parties d’une commune",
    "commune-associee": "communes associées, parties d’une commune",
    "arrondissement-municipal": "arrondissements municipaux, parties d’une commune",
}
OTHER_PART = "entités qui ne sont pas des communes actuelles"


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority of a millésime, ready to be kept."""

    kind: Kind
    code: str
    siren: str | None
    name: str
    population: int | None
    departement: str | None  # the main one
    region: str | None
    epci: str | None
    departements: tuple[str, ...]  # all of them; none for a région, which has its own batch
    not_asked_because: str | None = None
    postal_code: str | None = None  # the files give one for communes only

    @property
    def sort_name(self) -> str:
        return sort_name(self.name)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many entries of a kind are not asked, and why."""

    kind: Kind
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The authorities to keep, and what the files hold beside them."""

    authorities: tuple[Authority, ...]
    not_kept: tuple[LeftOut, ...]
    without_population: int


def frame_of(decoupage: Decoupage) -> Frame:
    """Apply the rule of the panel to one millésime."""
    kept = [c for c in decoupage.communes if c.nature == CURRENT and _inside(c.zone)]
    by_code = {commune.code: commune for commune in kept}
    authorities = [
        *_communes(kept, decoupage.epci),
        *(_epci(epci, by_code) for epci in decoupage.epci),
        *_departements(decoupage, kept),
        *_regions(decoupage, kept),
    ]
    return Frame(tuple(authorities), _not_kept(decoupage), _unpeopled(decoupage.communes))


def _inside(zone: str) -> bool:
    return zone != OVERSEAS_COLLECTIVITY


def _communes(communes: Iterable[Commune], epci: Iterable[Epci]) -> Iterable[Authority]:
    epci_of = {code: group.siren for group in epci for code in group.members}
    for c in communes:
        yield Authority(
            Kind.COMMUNE,
            c.code,
            c.siren,
            c.name,
            c.population,
            c.departement,
            c.region,
            epci_of.get(c.code),
            (c.departement,),
            postal_code=c.postal_code,
        )


def _epci(epci: Epci, by_code: dict[str, Commune]) -> Authority:
    """An EPCI lies where its communes lie; its main département is where most people live."""
    people: Counter[str] = Counter()
    region_of: dict[str, str] = {}
    for code in epci.members:
        if member := by_code.get(code):
            people[member.departement] += member.population or 0
            region_of[member.departement] = member.region
    departements = sorted(people, key=lambda code: (-people[code], code))
    main = departements[0] if departements else None
    return Authority(
        Kind.EPCI,
        epci.siren,
        epci.siren,
        epci.name,
        epci.population,
        main,
        region_of[main] if main else None,
        None,
        tuple(departements),
    )


def _departements(decoupage: Decoupage, communes: Iterable[Commune]) -> Iterable[Authority]:
    """The Métropole de Lyon is its own département: its people are not the Rhône's."""
    lyon = {code for epci in decoupage.epci if epci.nature == LYON for code in epci.members}
    people: defaultdict[str, int] = defaultdict(int)
    for commune in communes:
        if commune.code not in lyon:
            people[commune.departement] += commune.population or 0
    for place in decoupage.departements:
        if not _inside(place.zone):
            continue
        found = Authority(
            Kind.DEPARTEMENT,
            place.code,
            None,
            place.name,
            people[place.code],
            place.code,
            place.region,
            None,
            (place.code,),
            ONE_ASSEMBLY.get((Kind.DEPARTEMENT, place.code)),
        )
        yield _alsace(found, people) if place.code == ALSACE[0] else found


def _alsace(bas_rhin: Authority, people: dict[str, int]) -> Authority:
    both = people[ALSACE[0]] + people[ALSACE[1]]
    return replace(bas_rhin, name=ALSACE_NAME, population=both, departements=ALSACE)


def _regions(decoupage: Decoupage, communes: Iterable[Commune]) -> Iterable[Authority]:
    people: defaultdict[str, int] = defaultdict(int)
    for commune in communes:
        people[commune.region] += commune.population or 0
    for place in decoupage.regions:
        if _inside(place.zone):
            yield Authority(
                Kind.REGION,
                place.code,
                None,
                place.name,
                people[place.code],
                None,
                place.code,
                None,
                (),
                ONE_ASSEMBLY.get((Kind.REGION, place.code)),
            )


def _not_kept(decoupage: Decoupage) -> tuple[LeftOut, ...]:
    counts: Counter[tuple[Kind, str]] = Counter()
    for commune in decoupage.communes:
        if commune.nature != CURRENT:
            counts[Kind.COMMUNE, PARTS.get(commune.nature, OTHER_PART)] += 1
        elif not _inside(commune.zone):
            counts[Kind.COMMUNE, OVERSEAS] += 1
    for kind, places in (
        (Kind.DEPARTEMENT, decoupage.departements),
        (Kind.REGION, decoupage.regions),
    ):
        if outside := sum(not _inside(place.zone) for place in places):
            counts[kind, OVERSEAS] += outside
    return tuple(LeftOut(kind, n, reason) for (kind, reason), n in counts.items())


def _unpeopled(communes: Iterable[Commune]) -> int:
    """Current communes and territories whose population the files do not give."""
    return sum(c.nature == CURRENT and c.population is None for c in communes)
