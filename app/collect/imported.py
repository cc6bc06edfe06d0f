"""Answers that come in a file: each row goes through the same steps as a form's page.

A row is a respondent of its own: the authority, in the name of who brings the file, by the channel
`file`. One row is one transaction, so a bad row loses no other; hence this use case opens several,
as sending does. A trial does each row whole and gives it up before the end: what it tells is what
would be written.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.cases.waves import EFFECTIVE_END, UnknownWave
from app.collect.answers_table import Fault, Line, Table, read_table
from app.collect.imported_report import AnswersReport, Outcome, RowReport
from app.collect.imported_row import Kept, RowRefused, Wish, take_row
from app.db import Database
from app.errors import NotAllowed, Refused
from app.interview.questionnaire import Questionnaire
from app.messages.letterhead import Letterhead
from app.models.campaigns import Wave, WaveQuestionnaire
from app.models.organisations import AuditEntry
from app.models.scope import visible_to
from app.models.territories import Territory
from app.questionnaires.formats.answers_file import (
    TERRITORY_CODE,
    TERRITORY_KIND,
    VERSION,
    answer_columns,
)
from app.questionnaires.publish import stored
from app.vocabulary.dispositions import Completeness
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import Author, Right, Scope
from app.vocabulary.territory_kinds import TerritoryKind

Progress = Callable[[int, int], None]
_INSEE = 5  # characters of a commune's code; a spreadsheet drops the first nought


class NotAsked(Refused):
    """The wave does not ask this theme."""

    sentence = "La vague {wave} ne pose pas ce thème. Choisissez-en un autre, ou une autre vague."
    status = 404


class FileAfterTheEnd(Refused):
    """The whole file comes after the wave's end."""

    sentence = (
        "Cette vague s’est terminée le {ended_on}\u00a0: aucune réponse ne s’enregistre plus. "
        "Prolongez la vague si ce fichier doit compter."
    )
    status = 410


class BadColumns(Refused):
    """The first row is not the layout's."""

    sentence = "Corrigez la première ligne du fichier\u00a0: {faults}."


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the wave asks, and the authorities that the file may speak of, by kind and code."""

    questionnaire: Questionnaire
    known: Mapping[tuple[str, str], tuple[int, str]]
    reachable: frozenset[int]


class _GivenUp(Exception):
    """Ends a trial's transaction without keeping it."""


def import_answers(
    db: Database,
    scope: Scope | None,
    content: bytes,
    wish: Wish,
    letterhead: Letterhead,
    completeness: Completeness,
    *,
    by: Author,
    now: datetime,
    progress: Progress = lambda _done, _all: None,
) -> AnswersReport:
    """Take the rows of a file, and tell what became of each.

    `scope` None: the operator of the machine, who speaks for every authority. The same file again
    changes nothing. An answer that somebody else gave is never replaced unless `replace`: the
    file's is then kept as the losing one, and told.
    """
    if scope is not None and not scope.may(Right.CHASE):
        raise NotAllowed
    table = read_table(content)
    digest = hashlib.sha256(content).hexdigest()
    with db.reading() as session:
        asked = _asked(session, scope, table, wish, now)
    _check_columns(table, asked.questionnaire)
    whose = [_whose(asked, line) for line in table.lines]
    rows: list[RowReport] = []
    for line, found in zip(table.lines, _without_duplicates(table.lines, whose), strict=True):
        rows.append(
            _row(db, asked, line, found, wish, digest, letterhead, completeness, by=by, now=now)
        )
        progress(len(rows), len(table.lines))
    report = AnswersReport(digest, wish.dry_run, tuple(rows))
    if not wish.dry_run:
        _audit(db, wish, report, by, now)
    return report


def _row(
    db: Database,
    asked: _Asked,
    line: Line,
    found: tuple[int, str] | Fault,
    wish: Wish,
    digest: str,
    letterhead: Letterhead,
    completeness: Completeness,
    *,
    by: Author,
    now: datetime,
) -> RowReport:
    """One row, one transaction."""
    if isinstance(found, Fault):
        return RowReport(line.row, "", Outcome.REFUSED, faults=(*line.faults, found))
    territory_id, name = found
    kept: Kept | None = None
    try:
        with db.transaction() as session:
            kept = take_row(
                session, line, territory_id, asked.questionnaire, wish, f"file:{digest[:32]}",
                letterhead, completeness, by=by, now=now,
            )  # fmt: skip
            if wish.dry_run:
                raise _GivenUp
    except _GivenUp:
        pass
    except RowRefused as refused:
        faults = (*line.faults, Fault(line.row, refused.column, refused.reason))
        return RowReport(line.row, name, Outcome.REFUSED, faults=faults)
    assert kept is not None
    return RowReport.of(line.row, name, kept)


def _asked(
    session: Session, scope: Scope | None, table: Table, wish: Wish, now: datetime
) -> _Asked:
    row = session.execute(
        select(Wave.label, EFFECTIVE_END.label("ends_at"), WaveQuestionnaire.questionnaire_id)
        .outerjoin(
            WaveQuestionnaire,
            (WaveQuestionnaire.wave_id == Wave.id) & (WaveQuestionnaire.theme == wish.theme),
        )
        .where(Wave.id == wish.wave_id, Wave.opened_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise UnknownWave
    if row.questionnaire_id is None:
        raise NotAsked(wave=row.label)
    if row.ends_at <= now:
        raise FileAfterTheEnd(ended_on=day_month_year(row.ends_at))
    codes = {_code(line) for line in table.lines}
    t = Territory.__table__.c
    known: dict[tuple[str, str], tuple[int, str]] = {}
    for found in session.execute(
        select(t.id, t.kind, t.code, t.siren, t.name)
        .where(or_(t.code.in_(codes), t.siren.in_(codes)))
        .order_by(t.id)
    ):
        for code in filter(None, (found.siren, found.code)):
            known[found.kind, code] = (found.id, found.name)
    ids = {territory_id for territory_id, _ in known.values()}
    reachable = ids if scope is None else _theirs(session, scope, ids)
    return _Asked(stored(session, row.questionnaire_id), known, frozenset(reachable))


def _theirs(session: Session, scope: Scope, ids: set[int]) -> set[int]:
    mine = visible_to(scope, Right.CHASE)
    t = Territory.__table__.c
    return set(session.scalars(select(t.id).where(t.id.in_(ids), t.id.in_(mine))))


def _check_columns(table: Table, questionnaire: Questionnaire) -> None:
    wanted = [column.name for column in answer_columns(questionnaire)]
    faults = [
        f"il manque la colonne {name}"
        for name in (TERRITORY_KIND, TERRITORY_CODE, VERSION)
        if name not in table.columns
    ]
    unknown = [name for name in table.columns if name and name not in wanted]
    faults += [
        f"la colonne «\u00a0{name[:60]}\u00a0» n’est pas de ce questionnaire"
        for name in unknown[:10]
    ]
    if faults:
        raise BadColumns(faults=", ".join(faults))


def _code(line: Line) -> str:
    code = line.cells.get(TERRITORY_CODE, "").replace(" ", "").replace("\u00a0", "").upper()
    commune = line.cells.get(TERRITORY_KIND, "") == TerritoryKind.COMMUNE
    return code.zfill(_INSEE) if commune and code.isdecimal() else code


def _whose(asked: _Asked, line: Line) -> tuple[int, str] | Fault:
    """The authority of a row, or why the row is refused."""
    kind, code, version = (
        line.cells.get(name, "") for name in (TERRITORY_KIND, TERRITORY_CODE, VERSION)
    )
    if kind not in set(TerritoryKind):
        kinds = ", ".join(TerritoryKind)
        return Fault(line.row, TERRITORY_KIND, f"mettez un de ces genres\u00a0: {kinds}")
    found = asked.known.get((kind, _code(line))) if code else None
    if found is None:
        reason = f"aucune collectivité de ce genre n’a le code «\u00a0{code[:40]}\u00a0»"
        return Fault(line.row, TERRITORY_CODE, reason if code else "indiquez un code")
    if found[0] not in asked.reachable:
        reason = f"{found[1]} n’est pas une des collectivités que vous suivez"
        return Fault(line.row, TERRITORY_CODE, reason)
    if version != str(asked.questionnaire.version):
        said = f"la version «\u00a0{version[:20]}\u00a0»" if version else "aucune version"
        now_asked = f"la vague pose la version {asked.questionnaire.version}"
        return Fault(line.row, VERSION, f"la ligne répond à {said}, {now_asked}")
    return found


def _without_duplicates(
    lines: Sequence[Line], whose: Sequence[tuple[int, str] | Fault]
) -> list[tuple[int, str] | Fault]:
    """Two rows for one authority are both refused: nobody can tell which is right."""
    times = Counter(found[0] for found in whose if not isinstance(found, Fault))

    def judged(line: Line, found: tuple[int, str] | Fault) -> tuple[int, str] | Fault:
        if isinstance(found, Fault) or times[found[0]] < 2:
            return found
        same = [
            str(other.row)
            for other, its in zip(lines, whose, strict=True)
            if its == found and other.row != line.row
        ]
        reason = f"{found[1]} est aussi à la ligne {', '.join(same)}, gardez une seule ligne"
        return Fault(line.row, TERRITORY_CODE, reason)

    return [judged(line, found) for line, found in zip(lines, whose, strict=True)]


def _audit(db: Database, wish: Wish, report: AnswersReport, by: Author, now: datetime) -> None:
    """Who brought which file: its digest and counts, never its rows."""
    with db.transaction() as session:
        session.add(
            AuditEntry.of(
                by,
                "answers_imported",
                f"wave:{wish.wave_id}",
                {
                    "theme": wish.theme,
                    "digest": report.digest,
                    **{outcome.value: report.n(outcome) for outcome in Outcome},
                },
                at=now,
            )
        )
