"""From one score a respondent to the mean of every cell.

A cell is a theme, a kind of authority, a level and a code: the communes of département 23 are
("inclusion", "commune", "departement", "23"). A level's cells never overlap: an authority that
lies in several départements counts in its main one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import pandas as pd

from app.vocabulary.territory_kinds import peer_code
from reports.indicators.intervals import interval
from reports.indicators.weights import post_stratified

CELL = ["theme", "kind", "level", "code"]

_EVERY_LEVEL = ("france", "region", "departement", "stratum", "peers")
# Where each authority is alone in its cell, or all have one size, a level says nothing.
LEVELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "commune": _EVERY_LEVEL,
        "epci": _EVERY_LEVEL,
        "departement": ("france", "region"),
        "region": ("france",),
    }
)

Key = tuple[str, str, str, str]


def by_level(rows: pd.DataFrame) -> pd.DataFrame:
    """Each row once a level that its kind has, with `level` and `code`.

    Rows hold theme, kind, region, departement and stratum, and whatever else is to be kept.
    """
    pieces = []
    for level in _EVERY_LEVEL:
        kinds = [kind for kind, levels in LEVELS.items() if level in levels]
        piece = rows[rows["kind"].isin(kinds)]
        pieces.append(piece.assign(level=level, code=_code(piece, level)))
    found = pd.concat(pieces, ignore_index=True)
    return found[found["code"] != ""]


def means(frame: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """One row a cell of the frame: n_asked, n, score, low, high and top_share.

    `frame`: theme, kind, region, departement, stratum, order (rank of the size class), n_asked.
    `scores`: theme, kind, region, departement, stratum, score (0–100), one row a respondent.
    `top_share` (0–1) is the part of the mean that its heaviest answer makes. Cells of fewer than
    two respondents have a count and no mean.
    """
    asked = by_level(frame)
    answered: dict[Key, pd.DataFrame] = {
        _key(key): group for key, group in by_level(scores).groupby(CELL, sort=False)
    }
    rows = []
    for key, group in asked.groupby(CELL, sort=True):
        cell = _key(key)
        n_asked = int(group["n_asked"].sum())
        figures = _figures(group, answered.get(cell), n_asked)
        rows.append({**dict(zip(CELL, cell, strict=True)), "n_asked": n_asked, **figures})
    columns = [*CELL, "n_asked", "n", "score", "low", "high", "top_share"]
    return pd.DataFrame(rows, columns=columns)


def _figures(
    asked: pd.DataFrame, answered: pd.DataFrame | None, n_asked: int
) -> dict[str, float | int | None]:
    n = 0 if answered is None else len(answered)
    if answered is None or n < 2:
        return {"n": n, "score": None, "low": None, "high": None, "top_share": None}
    sizes = asked.groupby(["order", "stratum"])["n_asked"].sum().droplevel("order")
    weight_of = post_stratified(sizes, answered["stratum"].value_counts())
    weights = answered["stratum"].map(weight_of)
    found = interval(answered["score"], weights, n_asked)
    return {
        "n": n,
        "score": found.mean,
        "low": found.low,
        "high": found.high,
        "top_share": float(weights.max() / weights.sum()),
    }


def _code(rows: pd.DataFrame, level: str) -> pd.Series[str]:
    if level == "france":
        return pd.Series("FR", index=rows.index)
    if level == "peers":
        codes = map(peer_code, rows["region"], rows["stratum"])
        return pd.Series(codes, index=rows.index, dtype=str)
    return rows[level]


def _key(key: object) -> Key:
    theme, kind, level, code = (str(part) for part in cast("tuple[object, ...]", key))
    return theme, kind, level, code
