"""The only door to published figures.

Reads the schema `published` and nothing else, so that it works as the role that may read nothing
else. What is not approved does not exist here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.models.results import Publication, Result
from app.results.figures import Figure


@dataclass(frozen=True, slots=True)
class Published:
    """An approved publication."""

    id: int
    wave_id: int
    title: str
    simulated: bool
    approved_at: datetime


def latest(session: Session) -> Published | None:
    """The newest approved publication; a simulated one only where there is no real one."""
    return _first(
        session, _approved().order_by(Publication.simulated, Publication.approved_at.desc())
    )


def published(session: Session, publication_id: int) -> Published | None:
    """That publication, if it is approved."""
    return _first(session, _approved().where(Publication.id == publication_id))


def national(session: Session, publication_id: int) -> list[Figure]:
    """The figures of all France, by theme and kind."""
    return _figures(session, publication_id, Result.level == "france")


def theme_table(
    session: Session, publication_id: int, theme: str, kind: str, level: str = "departement"
) -> list[Figure]:
    """One theme, one kind of authority, at one level; masked cells included, in the order of
    names and never of scores."""
    return _figures(
        session,
        publication_id,
        (Result.theme == theme) & (Result.kind == kind) & (Result.level == level),
    )


def comparisons(session: Session, publication_id: int) -> list[Figure]:
    """What report cards compare with: peers, size classes and France."""
    return _figures(session, publication_id, Result.level.in_(("peers", "stratum", "france")))


def _approved() -> Select[Publication]:
    return select(Publication).where(Publication.approved_at.is_not(None))


def _first(session: Session, query: Select[Publication]) -> Published | None:
    found = session.scalars(query.order_by(Publication.id.desc()).limit(1)).first()
    if found is None or found.approved_at is None:
        return None
    return Published(found.id, found.wave_id, found.title, found.simulated, found.approved_at)


def _figures(session: Session, publication_id: int, which: ColumnElement[bool]) -> list[Figure]:
    approved = select(Publication.id).where(
        Publication.id == publication_id, Publication.approved_at.is_not(None)
    )
    rows = session.scalars(
        select(Result)
        .where(Result.publication_id.in_(approved), which)
        .order_by(Result.theme, Result.kind, Result.level, Result.sort_name, Result.code)
    )
    return [
        Figure(
            theme=row.theme,
            kind=row.kind,
            level=row.level,
            code=row.code,
            name=row.name,
            sort_name=row.sort_name,
            n_asked=row.n_asked,
            n=row.n,
            score=row.score,
            low=row.low,
            high=row.high,
            masked_because=row.masked_because,
        )
        for row in rows
    ]
