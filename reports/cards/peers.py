"""With whom an authority is compared, and how that is said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.interview.french import listed
from app.results.figures import Figure
from app.vocabulary.in_sentences import uncapitalised
from app.vocabulary.territory_kinds import PLURALS, STRATA, TerritoryKind, peer_code
from reports.cards.shown import Peers, ThemeShown
from reports.indicators.scores import LEVELS

_FEMININE = frozenset({TerritoryKind.COMMUNE, TerritoryKind.EPCI, TerritoryKind.REGION})

Figures = Mapping[tuple[str, str, str, str], Figure]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of peers: where its figure stands, and its name in a sentence."""

    level: str
    code: str
    whom: str


def by_cell(figures: Iterable[Figure]) -> Figures:
    """Figures by theme, kind, level and code."""
    return {(one.theme, one.kind, one.level, one.code): one for one in figures}


def groups(kind: TerritoryKind, region_code: str, region: str, stratum: str) -> tuple[Group, ...]:
    """The groups to compare with, the closest first.

    Same région and size, then same size in all France, then all of the kind. Départements and
    régions are few: they are compared with all of theirs at once.
    """
    plural = PLURALS[kind]
    everyone = Group("france", "FR", f"{plural} de toutes tailles, dans toute la France")
    if "peers" not in LEVELS[kind]:
        return (Group("france", "FR", f"{plural} de France"),)
    size = next(one.label for one in STRATA[kind] if one.code == stratum)
    same_size = f"{plural} de {size}"
    wider = (Group("stratum", stratum, f"{same_size}, dans toute la France"), everyone)
    if not region_code:
        return wider
    near = Group("peers", peer_code(region_code, stratum), f"{same_size}, en région {region}")
    return (near, *wider)


def peers_of(
    theme: str, kind: TerritoryKind, choice: Sequence[Group], figures: Figures
) -> Peers | None:
    """The figure of the closest group that is shown: five respondents at least, not masked."""
    for group in choice:
        figure = figures.get((theme, kind, group.level, group.code))
        if figure is None or figure.score is None or figure.n is None:
            continue
        if figure.low is None or figure.high is None:
            continue
        return Peers(
            mean=round(figure.score),
            low=round(figure.low),
            high=round(figure.high),
            n=figure.n,
            whom=group.whom,
            widened=group is not choice[0],
        )
    return None


def compared(kind: TerritoryKind, choice: Sequence[Group]) -> str:
    """ "Comparée aux communes de … : ses pairs"."""
    agreed = "Comparée" if kind in _FEMININE else "Comparé"
    return f"{agreed} aux {choice[0].whom}\u00a0: ses pairs."


def widened(themes: Sequence[ThemeShown]) -> tuple[str, ...]:
    """Where too few peers answered, and what took their place."""
    names: dict[str, list[str]] = {}
    for theme in themes:
        if theme.peers is None or theme.peers.widened:
            whom = theme.peers.whom if theme.peers else ""
            names.setdefault(whom, []).append(theme.name)
    return tuple(
        f"Trop peu de pairs ont répondu ({listed(found, last='et')})\u00a0: "
        + (f"comparaison élargie aux {whom}." if whom else "la comparaison attend cinq réponses.")
        for whom, found in names.items()
    )


def verdict(themes: Sequence[ThemeShown]) -> tuple[str, ...]:
    """Above, level with or below the peers, by the interval of their mean; never a rank."""
    sides: dict[str, list[str]] = {"above": [], "level": [], "below": []}
    for theme in themes:
        if theme.peers is not None:
            sides[_side(theme.score, theme.peers)].append(theme.name)
    said = {
        "above": "Vous êtes au-dessus de vos pairs\u00a0: {themes}.",
        "level": "Vous êtes au même niveau que vos pairs, à l’intervalle près\u00a0: {themes}.",
        "below": "Vous avez le plus à gagner\u00a0: {themes}.",
    }
    return tuple(
        said[side].format(themes=listed([uncapitalised(name) for name in names], last="et"))
        for side, names in sides.items()
        if names
    )


def _side(score: int, peers: Peers) -> str:
    if score > peers.high:
        return "above"
    return "below" if score < peers.low else "level"
