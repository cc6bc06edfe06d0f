"""Draws the cards of an approved publication, in several processes, and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.messages.letterhead import Letterhead
from app.models.results import Card
from reports.cards.gather import prepared_cards
from reports.cards.paper import pdf_of, template_text, warm
from reports.cards.shown import digest_of

Progress = Callable[[int, int], None]

WRITTEN_AT_ONCE = 20
# Below this, starting processes takes longer than drawing.
WORTH_A_POOL = 6


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a call did: cards drawn, and cards left alone because they say the same."""

    n_rendered: int
    n_unchanged: int


@dataclass(frozen=True, slots=True)
class ToDraw:
    """A card to draw; `content` is what is stored."""

    territory_id: int
    content: dict[str, Any]
    digest: str


def render_cards(
    db: Database,
    publication_id: int,
    letterhead: Letterhead,
    *,
    now: datetime,
    processes: int = 1,
    progress: Progress = lambda _done, _all: None,
) -> Rendered:
    """Draw every card of a publication that is not there yet or says something new.

    Read, draw, keep: no transaction is open while processes draw. If this one dies, what it
    kept stays, and the next call draws the rest.
    """
    with db.snapshot() as session:
        wanted, n_unchanged = _wanted(session, publication_id, letterhead)
    done = 0
    progress(done, len(wanted))
    drawing = _drawn(wanted, processes)
    while drawn := list(islice(drawing, WRITTEN_AT_ONCE)):
        with db.transaction() as session:
            _keep(session, publication_id, drawn, now)
        done += len(drawn)
        progress(done, len(wanted))
    return Rendered(done, n_unchanged)


def _wanted(
    session: Session, publication_id: int, letterhead: Letterhead
) -> tuple[list[ToDraw], int]:
    kept = {
        row.territory_id: row.digest
        for row in session.execute(
            select(Card.territory_id, Card.digest).where(Card.publication_id == publication_id)
        )
    }
    template = template_text()
    wanted: list[ToDraw] = []
    n_unchanged = 0
    for prepared in prepared_cards(session, publication_id, letterhead.help_address):
        content = prepared.content.to_json()
        digest = digest_of(content, template)
        if kept.get(prepared.territory_id) == digest:
            n_unchanged += 1
        else:
            wanted.append(ToDraw(prepared.territory_id, content, digest))
    return wanted, n_unchanged


def _drawn(wanted: Sequence[ToDraw], processes: int) -> Iterator[tuple[ToDraw, bytes]]:
    """Each card with its PDF, in order; a pool only where it is worth it."""
    contents = [one.content for one in wanted]
    alone = processes < 2 or len(wanted) < WORTH_A_POOL
    # "spawn": a forked copy of a process with threads may hold locks that nobody gives back.
    with (
        nullcontext()
        if alone
        else ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=warm)
    ) as pool:
        pdfs: Iterable[bytes] = (
            map(pdf_of, contents) if pool is None else pool.map(pdf_of, contents, chunksize=2)
        )
        yield from zip(wanted, pdfs, strict=True)


def _keep(
    session: Session, publication_id: int, drawn: Iterable[tuple[ToDraw, bytes]], now: datetime
) -> None:
    """Write the cards; a card that was there is replaced by what it says now."""
    rows = [
        {
            "publication_id": publication_id,
            "territory_id": one.territory_id,
            "number": one.content["number"],
            "content": one.content,
            "digest": one.digest,
            "pdf": pdf,
            "issued_at": now,
        }
        for one, pdf in drawn
    ]
    statement = insert(Card)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["publication_id", "territory_id"],
            set_={
                name: statement.excluded[name] for name in ("content", "digest", "pdf", "issued_at")
            },
        ),
        rows,
    )
