"""Write a publication: its figures, and the private score of each authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models.results import CaseScore, Publication, Result
from app.results.figures import Figure, NewPublication, OwnScore


def freeze(
    session: Session,
    publication: NewPublication,
    results: Sequence[Figure],
    scores: Sequence[OwnScore],
) -> int:
    """Write a publication whole; its id. Nobody outside sees it before two people approve it,
    and from then on PostgreSQL refuses any change to it."""
    written = Publication(
        wave_id=publication.wave_id,
        title=publication.title,
        simulated=publication.simulated,
        computed_at=publication.computed_at,
    )
    session.add(written)
    session.flush()
    if results:
        session.execute(
            insert(Result), [{"publication_id": written.id, **asdict(one)} for one in results]
        )
    if scores:
        session.execute(
            insert(CaseScore), [{"publication_id": written.id, **asdict(one)} for one in scores]
        )
    return written.id
