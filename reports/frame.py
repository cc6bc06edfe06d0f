"""From the database to the data frames that indicators are computed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models.cases import Case
from app.models.territories import Place, Territory
from app.vocabulary.dispositions import DISPOSITIONS, Outcome
from app.vocabulary.territory_kinds import STRATA, TerritoryKind

OUT = tuple(code for code, row in DISPOSITIONS.items() if row.outcome is Outcome.NE)

PROFILE = ["theme", "kind", "region", "departement", "stratum"]


@dataclass(frozen=True, slots=True)
class Named:
    """What a cell is called, and by what it is sorted."""

    name: str
    sort_name: str


@dataclass(frozen=True, slots=True)
class Places:
    """The names of départements and régions, and which région holds a département."""

    names: Mapping[tuple[str, str], Named]  # by level and code
    region_of: Mapping[str, str]


def places(session: Session) -> Places:
    """All of them, asked or not."""
    rows = session.scalars(select(Place).order_by(Place.level, Place.code)).all()
    return Places(
        {(row.level, row.code): Named(row.name, row.sort_name) for row in rows},
        {
            row.code: row.region_code
            for row in rows
            if row.level == "departement" and row.region_code
        },
    )


def asked(session: Session, wave_id: int) -> pd.DataFrame:
    """How many authorities each theme was asked of, by kind, place and size class.

    The whole frame, invited or not; out of it only what left the field or was there twice.
    """
    atoms = _atoms(wave_id).subquery()
    columns = [atoms.c[name] for name in PROFILE]
    rows = session.execute(
        select(*columns, func.count().label("n_asked")).group_by(*columns).order_by(*columns)
    ).all()
    frame = pd.DataFrame(rows, columns=[*PROFILE, "n_asked"])
    ranks = [
        order_of(kind, code) for kind, code in zip(frame["kind"], frame["stratum"], strict=True)
    ]
    return frame.assign(order=ranks)


def profiles(session: Session, wave_id: int, case_ids: list[int]) -> pd.DataFrame:
    """The place and size class of these cases, indexed by case: what `asked` counts them under."""
    rows = session.execute(_atoms(wave_id).where(Case.id == func.any(case_ids)).order_by(Case.id))
    return pd.DataFrame(rows.all(), columns=["case_id", *PROFILE]).set_index("case_id")


def order_of(kind: str, stratum: str) -> int:
    """The rank of a size class within its kind, the smallest authorities first."""
    return [one.code for one in STRATA[TerritoryKind(kind)]].index(stratum)


def _atoms(wave_id: int) -> Select[int, str, str, str, str, str]:
    """One row a case. An EPCI across départements counts in its main one, so that levels add up."""
    region = func.coalesce(Place.region_code, Territory.region_code, "")
    return (
        select(
            Case.id.label("case_id"),
            Case.theme.label("theme"),
            Case.kind.label("kind"),
            region.label("region"),
            func.coalesce(Territory.departement_code, "").label("departement"),
            Case.stratum.label("stratum"),
        )
        .join(Territory, Territory.id == Case.territory_id)
        .outerjoin(
            Place, (Place.level == "departement") & (Place.code == Territory.departement_code)
        )
        .where(Case.wave_id == wave_id, Case.disposition.not_in(OUT))
    )
