"""Imports one millésime of the official geography: who exists, and whom the barometer asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.panel import geography_sql as sql
from app.panel.asked import Authority, Frame, LeftOut, frame_of
from app.panel.decoupage import OVERSEAS_COLLECTIVITY, Decoupage, read
from app.panel.sort_names import sort_name
from app.vocabulary.territory_kinds import PLURALS, TerritoryKind, stratum_of

STEP = 1_000  # rows between two reports of progress
MOST_GONE = 0.1  # a millésime removes a few dozen communes, never a tenth of the panel

Progress = Callable[[int, int], None]


class TooManyGone(Refused):
    """The new files lack so many known authorities that they are probably not the whole list."""

    sentence = (
        "Ces fichiers ne citent plus {gone} collectivités sur {known}\u00a0: ils semblent "
        "incomplets. Rien n’a été changé. Vérifiez le dossier indiqué."
    )


@dataclass(frozen=True, slots=True)
class GeographyReport:
    """What an import kept, whom it asks, and what it leaves out."""

    millesime: int
    asked: dict[TerritoryKind, int]
    not_asked: tuple[LeftOut, ...]  # known, kept, never asked: one assembly counted once, gone
    not_kept: tuple[LeftOut, ...]  # entries of the files that are no authority to ask
    without_population: int
    in_several_departements: int  # EPCI
    n_new: int
    n_rows: int  # written, all tables
    latest: bool  # False: an older millésime, which adds versions and changes nothing else

    @property
    def n_asked(self) -> int:
        return sum(self.asked.values())

    def sentences(self) -> list[str]:
        """The report as French lines: what is asked, then what is left out, kind by kind."""
        lines = [
            f"Millésime {self.millesime}\u00a0: {number(self.n_asked)} collectivités interrogées."
        ]
        lines += [f"Interrogées\u00a0: {number(n)} {PLURALS[k]}." for k, n in self.asked.items()]
        left_out = sorted(
            (*self.not_asked, *self.not_kept), key=lambda o: list(TerritoryKind).index(o.kind)
        )
        lines += [
            f"Laissées de côté, {PLURALS[o.kind]}\u00a0: {number(o.count)} ({o.reason})."
            for o in left_out
        ]
        lines += [
            "Intercommunalités dans plusieurs départements\u00a0: "
            f"{number(self.in_several_departements)}.",
            f"Sans population publiée, et non zéro\u00a0: {number(self.without_population)}.",
        ]
        return lines


def number(count: int) -> str:
    """36242 → 36 242, with a space that does not break."""
    return f"{count:,}".replace(",", "\u00a0")


def import_geography(
    db: Database,
    folder: Path,
    millesime: int,
    *,
    now: datetime,  # noqa: ARG001 - every use case is told the time; a millésime is its own date
    progress: Progress = lambda _done, _total: None,
) -> GeographyReport:
    """Keep one millésime: new versions, and the latest state unless a newer one is known.

    A commune is followed by its SIREN; one that takes a new SIREN under the same code (a merger)
    stays the same row. An authority that the newest list no longer cites is asked no more.
    """
    decoupage = read(folder)
    frame = frame_of(decoupage)
    with db.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(8226003)"))
        latest = _is_latest(session, millesime)
        _copy(session, frame, progress)
        n_new = _match(session, millesime, latest=latest)
        session.execute(text(sql.VERSIONS), {"millesime": millesime})
        n_places = _lie(session, decoupage) if latest else 0
        n_postal = _post(session, millesime) if latest else 0
        counts = session.execute(text(sql.COUNTS)).mappings().one()
        left = session.execute(text(sql.NOT_ASKED)).all()
    return GeographyReport(
        millesime,
        _asked(frame),
        tuple(LeftOut(TerritoryKind(kind), n, reason) for kind, n, reason in left),
        frame.not_kept,
        frame.without_population,
        sum(a.kind is TerritoryKind.EPCI and len(a.departements) > 1 for a in frame.authorities),
        n_new,
        2 * len(frame.authorities) + counts["n_lie"] + n_places + n_postal,
        latest,
    )


def _asked(frame: Frame) -> dict[TerritoryKind, int]:
    found = Counter(a.kind for a in frame.authorities if a.not_asked_because is None)
    return {kind: found[kind] for kind in TerritoryKind}


def _is_latest(session: Session, millesime: int) -> bool:
    newest = session.execute(text("SELECT max(millesime) FROM territory_versions")).scalar()
    return newest is None or millesime >= newest


def _copy(session: Session, frame: Frame, progress: Progress) -> None:
    """COPY the frame into a table of this transaction: the rest is done by PostgreSQL."""
    session.execute(text(sql.INCOMING))
    driver: Any = session.connection().connection.driver_connection
    total = len(frame.authorities)
    with driver.cursor() as cursor, cursor.copy(sql.COPY) as copy:
        for done, row in enumerate(_rows(frame.authorities), start=1):
            copy.write_row(row)
            if done % STEP == 0:
                progress(done, total)
    session.execute(text("ANALYZE incoming"))
    progress(total, total)


def _rows(authorities: tuple[Authority, ...]) -> Iterator[tuple[object, ...]]:
    for a in authorities:
        yield (
            str(a.kind),
            a.code,
            a.siren,
            a.name,
            a.sort_name,
            a.population,
            stratum_of(a.kind, a.population).code,
            a.departement,
            a.region,
            a.epci,
            list(a.departements),
            a.not_asked_because,
            a.postal_code,
        )


def _match(session: Session, millesime: int, *, latest: bool) -> int:
    """Tell known authorities from new ones, write both; how many are new."""
    session.execute(text(sql.MATCH_BY_SIREN))
    session.execute(text(sql.MATCH_BY_CODE))
    if latest:
        _refuse_an_incomplete_list(session)
        session.execute(text(sql.RETIRE), {"because": f"absente de la liste de {millesime}"})
        session.execute(text(sql.FREE_CODES))
        session.execute(text(sql.UPDATE))
    added = session.execute(
        text(sql.INSERT),
        {"gone": None if latest else f"connue par la seule liste de {millesime}"},
    )
    n_new = len(added.all())
    session.execute(text(sql.MATCH_BY_CODE))
    return n_new


def _refuse_an_incomplete_list(session: Session) -> None:
    known, gone = session.execute(text(sql.GONE)).one()
    if gone > MOST_GONE * known:
        raise TooManyGone(gone=number(gone), known=number(known))


def _post(session: Session, millesime: int) -> int:
    """Write where letters go, unless somebody said better; how many addresses."""
    values = {"as_of": date(millesime, 1, 1)}
    return len(session.execute(text(sql.POSTAL), values).all())


def _lie(session: Session, decoupage: Decoupage) -> int:
    """Write where each authority lies, and the names of these places; how many names."""
    session.execute(text(sql.MOVED_AWAY))
    session.execute(text(sql.LIE))
    rows = [
        {
            "level": level,
            "code": place.code,
            "name": place.name,
            "sort_name": sort_name(place.name),
            "region_code": place.region,
        }
        for level, places in (
            ("departement", decoupage.departements),
            ("region", decoupage.regions),
        )
        for place in places
        if place.zone != OVERSEAS_COLLECTIVITY
    ]
    session.execute(text(sql.PLACES), rows)
    return len(rows)
