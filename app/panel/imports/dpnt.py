"""Imports the ANCT's digital presence file: public figures that may be suggested as answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.models.territories import Indicator, Territory
from app.now import paris
from app.panel.contacts_file import Fault
from app.panel.geography import number
from app.panel.imports.dpnt_file import NAMES, Line, Other, read
from app.vocabulary.territory_kinds import TerritoryKind

SOURCE = "Données de présence numérique des territoires (ANCT)"
STEP = 5_000  # figures written between two reports of progress

Progress = Callable[[int, int], None]


class NotYetPublished(Refused):
    """The date given for the file is in the future."""

    sentence = (
        "Un fichier ne peut pas dater du {as_of}, qui est à venir. "
        "Indiquez le jour où il a été téléchargé."
    )


@dataclass(frozen=True, slots=True)
class DpntReport:
    """What an import kept. `n_older`: figures let alone because a newer file had given them."""

    n_rows: int
    n_territories: int
    n_unknown: int  # rows about nobody of the panel
    n_written: int
    n_unchanged: int
    n_removed: int  # told by a former file, by this one no more
    n_older: int
    faults: tuple[Fault, ...]
    dry_run: bool

    def sentences(self) -> list[str]:
        """The report as French lines, faults last, one a line."""
        verb = "à écrire" if self.dry_run else "écrits"
        removed = "à retirer" if self.dry_run else "retirés"
        lines = [
            f"Lignes lues\u00a0: {number(self.n_rows)}, collectivités reconnues\u00a0: "
            f"{number(self.n_territories)}, lignes d’organismes inconnus ici\u00a0: "
            f"{number(self.n_unknown)}.",
            f"Indicateurs {verb}\u00a0: {number(self.n_written)}, déjà connus\u00a0: "
            f"{number(self.n_unchanged)}, {removed}\u00a0: {number(self.n_removed)}.",
            "Ce fichier ne dit pas qui adhère à un opérateur public de services numériques.",
        ]
        if self.n_older:
            lines.insert(
                2, f"Gardés d’un fichier plus récent\u00a0: {number(self.n_older)} indicateurs."
            )
        return [*lines, *(fault.sentence for fault in self.faults)]


@dataclass(frozen=True, slots=True)
class Known:
    """One indicator as it stands."""

    value: str
    source: str
    as_of: date


Key = tuple[int, str]
"""A territory's id and an indicator's name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import is about to do."""

    write: dict[Key, str]
    remove: tuple[Key, ...]
    n_unchanged: int
    n_older: int


def import_dpnt(
    db: Database,
    path: Path,
    *,
    as_of: date,
    now: datetime,
    progress: Progress,
    dry_run: bool = False,
) -> DpntReport:
    """Keep what the file says of each authority of the panel, as of that day.

    Imported again, it writes nothing; an older file changes nothing that a newer one said; what
    a newer file no longer says is taken away. A dry run writes nothing and tells the same.
    """
    if as_of > paris(now).date():
        raise NotYetPublished(as_of=as_of.strftime("%d/%m/%Y"))
    lines, faults = read(path)
    opened = db.reading() if dry_run else db.transaction()
    with opened as session:
        told, n_unknown, repeated = _matched(session, lines)
        plan = plan_of(told, _known(session, list(told)), as_of)
        if not dry_run:
            _write(session, plan, as_of, progress)
    every = sorted([*faults, *repeated], key=lambda fault: fault.row)
    return DpntReport(
        n_rows=len(lines) + len(faults),
        n_territories=len(told),
        n_unknown=n_unknown,
        n_written=len(plan.write),
        n_unchanged=plan.n_unchanged,
        n_removed=len(plan.remove),
        n_older=plan.n_older,
        faults=tuple(every),
        dry_run=dry_run,
    )


def plan_of(told: Mapping[int, Mapping[str, str]], known: Mapping[Key, Known], as_of: date) -> Plan:
    """Pure. The same value on the same day is unchanged; a newer day is worth writing."""
    write: dict[Key, str] = {}
    n_unchanged = n_older = 0
    for territory, figures in told.items():
        for name, value in figures.items():
            before = known.get((territory, name))
            if before is not None and before.as_of > as_of:
                n_older += 1
            elif before == Known(value, SOURCE, as_of):
                n_unchanged += 1
            else:
                write[territory, name] = value
    remove = tuple(
        key
        for key, before in sorted(known.items())
        if key[0] in told and key[1] not in told[key[0]] and before.as_of <= as_of
    )
    return Plan(write, remove, n_unchanged, n_older)


def _matched(
    session: Session, lines: Iterable[Line | Other]
) -> tuple[dict[int, Mapping[str, str]], int, list[Fault]]:
    """What is told by territory, rows about nobody here, and rows about one told already."""
    by_siren, by_code = _directory(session)
    told: dict[int, Mapping[str, str]] = {}
    first: dict[int, int] = {}
    n_unknown, faults = 0, []
    for line in lines:
        found = None
        if isinstance(line, Line):
            found = by_siren.get((line.kind, line.siren)) or by_code.get((line.kind, line.code))
        if not isinstance(line, Line) or found is None:
            n_unknown += 1
        elif found in told:
            reason = f"cette collectivité est déjà décrite ligne {first[found]}"
            faults.append(Fault(line.row, "siren", reason))
        else:
            told[found], first[found] = line.told, line.row
    return told, n_unknown, faults


_Directory = dict[tuple[TerritoryKind, str], int]


def _directory(session: Session) -> tuple[_Directory, _Directory]:
    """The panel by SIREN and by code, each with its kind: 01 is Ain and Guadeloupe."""
    rows = session.execute(
        select(Territory.id, Territory.kind, Territory.code, Territory.siren)
        .where(Territory.asked)
        .order_by(Territory.id)
    ).all()
    by_siren = {(TerritoryKind(row.kind), row.siren): row.id for row in rows if row.siren}
    # A commune whose SIREN changed is still found by its INSEE code; an EPCI's code is its SIREN.
    by_code = {(TerritoryKind(row.kind), row.code): row.id for row in rows}
    return by_siren, by_code


def _known(session: Session, territories: Sequence[int]) -> dict[Key, Known]:
    rows = session.execute(
        select(Indicator).where(
            Indicator.territory_id == func.any(list(territories)), Indicator.name.in_(NAMES)
        )
    ).scalars()
    return {(row.territory_id, row.name): Known(row.value, row.source, row.as_of) for row in rows}


_WRITE = text("""
    INSERT INTO indicators (territory_id, name, value, source, as_of)
    SELECT told.territory_id, told.name, told.value, :source, :as_of
      FROM jsonb_to_recordset(:told) AS told (territory_id bigint, name text, value text)
     ORDER BY told.territory_id, told.name
    ON CONFLICT (territory_id, name) DO UPDATE
       SET value = excluded.value, source = excluded.source, as_of = excluded.as_of
     WHERE indicators.as_of <= excluded.as_of
""").bindparams(bindparam("told", type_=JSONB))
_REMOVE = text("""
    DELETE FROM indicators USING jsonb_to_recordset(:gone) AS gone (territory_id bigint, name text)
     WHERE indicators.territory_id = gone.territory_id AND indicators.name = gone.name
       AND indicators.as_of <= :as_of
""").bindparams(bindparam("gone", type_=JSONB))


def _write(session: Session, plan: Plan, as_of: date, progress: Progress) -> None:
    rows: list[dict[str, Any]] = [
        {"territory_id": territory, "name": name, "value": value}
        for (territory, name), value in plan.write.items()
    ]
    for start in range(0, len(rows), STEP):
        told = rows[start : start + STEP]
        session.execute(_WRITE, {"told": told, "source": SOURCE, "as_of": as_of})
        progress(min(start + STEP, len(rows)), len(rows))
    if plan.remove:
        gone = [{"territory_id": territory, "name": name} for territory, name in plan.remove]
        session.execute(_REMOVE, {"gone": gone, "as_of": as_of})
