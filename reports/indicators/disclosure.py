"""What is not shown, so that nobody's answers can be worked out.

A cell is masked when it has fewer than five respondents, or when one answer makes more than 85 %
of its mean (the rules Insee gives for tables on enterprises, its three units raised to five).
That is not enough: counts add up, so a masked cell can be found again from a total that is shown.
Hence the secondary masking here, against a reader who

- knows every shown count, and which cells have no respondent at all;
- adds and subtracts them in any way, over all levels at once.

Two things are refused: that a masked count follows from the shown ones by any sum of them (a
masked cell stands alone in the system of additions), and that a group of masked cells whose sum
is shown by one total has fewer than five respondents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST = 5
MOST_SHARE = 0.85
_ZERO = 1e-9

Place = tuple[str, str]  # level and code


@dataclass(frozen=True, slots=True)
class Addition:
    """That a total is the sum of its parts."""

    total: Place
    parts: tuple[Place, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return (self.total, *self.parts)


Belongs = Callable[[str, str, Mapping[str, str]], bool]


def _anywhere(_part: str, _whole: str, _region_of: Mapping[str, str]) -> bool:
    return True


def _in_region(part: str, whole: str, region_of: Mapping[str, str]) -> bool:
    return region_of.get(part) == whole


def _peers_of_region(part: str, whole: str, _region_of: Mapping[str, str]) -> bool:
    return part.split("|")[0] == whole


def _peers_of_stratum(part: str, whole: str, _region_of: Mapping[str, str]) -> bool:
    return part.split("|")[1] == whole


# What adds up to what, and which codes belong together.
_INSIDE: tuple[tuple[str, str, Belongs], ...] = (
    ("france", "region", _anywhere),
    ("france", "departement", _anywhere),
    ("france", "stratum", _anywhere),
    ("region", "departement", _in_region),
    ("region", "peers", _peers_of_region),
    ("stratum", "peers", _peers_of_stratum),
)


def masked(means: pd.DataFrame, region_of: Mapping[str, str]) -> pd.DataFrame:
    """The same cells with `masked_because` ("few", "secondary" or None), and nothing else of
    what is masked: its n, score and bounds are gone.

    `means` is what `reports.indicators.scores.means` gives; `region_of` leads from a
    département's code to its région's. Each theme and kind is a table of its own: no total adds
    them.
    """
    tables = [table for _, table in means.groupby(["theme", "kind"], sort=False)]
    if not tables:
        return means.assign(masked_because=pd.Series(dtype=object))
    shown = pd.concat([_with_reasons(table, region_of) for table in tables]).sort_index()
    kept = shown["masked_because"].isna()
    for name in ("n", "score", "low", "high", "top_share"):
        values = shown[name].astype(object)
        shown[name] = values.where(kept & values.notna(), None)
    return shown


def _with_reasons(table: pd.DataFrame, region_of: Mapping[str, str]) -> pd.DataFrame:
    places = [
        (str(level), str(code)) for level, code in zip(table["level"], table["code"], strict=True)
    ]
    counts = dict(zip(places, (int(n) for n in table["n"]), strict=True))
    heavy = table["top_share"].astype(float).fillna(0) > MOST_SHARE
    dominated = {place for place, too_heavy in zip(places, heavy, strict=True) if too_heavy}
    why = reasons(counts, additions(places, region_of), dominated)
    column = pd.Series([why.get(p) for p in places], index=table.index, dtype=object)
    return table.assign(masked_because=column)


def additions(places: Iterable[Place], region_of: Mapping[str, str]) -> list[Addition]:
    """France is the sum of its régions, départements and size classes; a région that of its
    départements and of its peer groups; a size class that of its peer groups."""
    of_level: dict[str, list[Place]] = {}
    for place in places:
        of_level.setdefault(place[0], []).append(place)
    rules = [
        Addition(
            total, tuple(p for p in of_level.get(below, []) if is_inside(p[1], total[1], region_of))
        )
        for above, below, is_inside in _INSIDE
        for total in of_level.get(above, [])
    ]
    return [rule for rule in rules if rule.parts]


def reasons(
    counts: Mapping[Place, int],
    rules: Sequence[Addition],
    dominated: AbstractSet[Place] = frozenset(),
) -> dict[Place, str]:
    """Why each masked place is masked; shown ones are absent."""
    why = {place: "few" for place, n in counts.items() if n < LEAST}
    why |= {place: "secondary" for place in dominated if place not in why}
    while (place := _next_to_mask(counts, rules, why)) is not None:
        why[place] = "secondary"
    return why


def _next_to_mask(
    counts: Mapping[Place, int], rules: Sequence[Addition], why: Mapping[Place, str]
) -> Place | None:
    """A shown place to mask next, the one with the fewest respondents first; None when safe."""
    found = derivable(counts, rules, why.keys())
    unsafe = [
        rule for rule in rules if found.intersection(rule.places) or _too_small(counts, rule, why)
    ]
    if not unsafe:
        return None
    totals = {rule.total for rule in rules}
    for among in (unsafe, rules):
        shown = {p for rule in among for p in rule.places if p not in why and counts[p]}
        if shown:
            # A total goes last: it says the most.
            return min(shown, key=lambda p: (p in totals, counts[p], p))
    return None


def _too_small(counts: Mapping[Place, int], rule: Addition, why: Mapping[Place, str]) -> bool:
    """Whether the masked parts of a shown total hold one to four respondents together."""
    if rule.total in why:
        return False
    return 0 < sum(counts[part] for part in rule.parts if part in why) < LEAST


def derivable(
    counts: Mapping[Place, int], rules: Sequence[Addition], hidden: AbstractSet[Place]
) -> set[Place]:
    """The hidden places whose count follows from the shown ones by additions.

    The additions are linear equations in the hidden counts; a count is determined when its
    coordinate is zero all over the equations' null space. Places without respondents are taken
    as known.
    """
    unknown = [place for place in sorted(hidden) if counts[place]]
    column = {place: i for i, place in enumerate(unknown)}
    equations = np.zeros((len(rules), len(unknown)))
    for line, rule in enumerate(rules):
        for place in rule.places:
            if place in column:
                equations[line, column[place]] += -1 if place == rule.total else 1
    if not equations.any():
        return set()
    _, sizes, right = np.linalg.svd(equations)
    rank = int((sizes > _ZERO).sum())
    free = np.abs(right[rank:]).sum(axis=0)
    return {place for place in unknown if free[column[place]] < _ZERO}
