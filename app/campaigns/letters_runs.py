"""Reads the piles of letters: what was printed, posted, left out, and what goes on each sheet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.campaigns.letters_read import gone_since
from app.cases.waves import EFFECTIVE_END, effective_end
from app.errors import Hidden
from app.models.campaigns import Batch, BatchMember, Campaign, Sender, Wave, WaveQuestionnaire
from app.models.letters import PostalAddress, PostedLetter, PrintRun
from app.models.scope import visible_to
from app.models.territories import Territory
from app.vocabulary.letters import LETTERS_A_PART, NoLetter
from app.vocabulary.scope import Right, Scope

MOST_RUNS = 300


@dataclass(frozen=True, slots=True)
class Run:
    """One pile, as the list of piles tells it."""

    id: int
    wave_id: int
    label: str
    made_at: datetime
    made_by: int | None  # None: the calendar
    posted_at: datetime | None
    posted_by: int | None
    n_letters: int
    n_left_out: int

    @property
    def n_to_post(self) -> int:
        return self.n_letters - self.n_left_out


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter of a pile; `rank` is printed at its foot."""

    rank: int
    territory_id: int
    kind: str
    name: str
    street: str
    postal_code: str
    town: str
    left_out_because: NoLetter | None
    signed_by: str  # who signs with us for this authority's batch, or ""
    signed_words: str


@dataclass(frozen=True, slots=True)
class Pile:
    """All that the letters of a run share, and the letters in the order of the pile."""

    run: Run
    wave_label: str
    themes: tuple[str, ...]
    ends_at: datetime
    simulated: bool
    sheets: tuple[Sheet, ...]

    @property
    def n_parts(self) -> int:
        """How many PDFs it takes."""
        return ceil(len(self.sheets) / LETTERS_A_PART)

    def part(self, number: int) -> tuple[Sheet, ...]:
        """The letters of one PDF, counted from 1; `Hidden` if there is no such part."""
        if not 1 <= number <= self.n_parts:
            raise Hidden
        return self.sheets[(number - 1) * LETTERS_A_PART : number * LETTERS_A_PART]


def may_handle(session: Session, scope: Scope, run_id: int) -> bool:
    """Whether all of a run's authorities are this scope's to chase: a pile is never shared out."""
    theirs = PostedLetter.territory_id.in_(visible_to(scope, Right.CHASE))
    found = session.scalar(select(func.bool_and(theirs)).where(PostedLetter.run_id == run_id))
    return bool(found)


def runs_of(session: Session, scope: Scope, wave_id: int) -> list[Run]:
    """The piles of a wave that are wholly this scope's: those to post, then the latest posted."""
    theirs = PostedLetter.territory_id.in_(visible_to(scope, Right.CHASE))
    rows = session.execute(
        select(PrintRun, *_COUNTS)
        .join(PostedLetter, PostedLetter.run_id == PrintRun.id)
        .where(PrintRun.wave_id == wave_id)
        .group_by(PrintRun.id)
        .having(func.bool_and(theirs))
        .order_by(PrintRun.posted_at.is_not(None), PrintRun.id.desc())
        .limit(MOST_RUNS)
    )
    return [_run(run, n_letters, n_left_out) for run, n_letters, n_left_out in rows]


def n_to_post(session: Session, scope: Scope, wave_id: int, *, now: datetime) -> int:
    """The piles of a wave that are wholly this scope's and wait for the post; 0 once it is over."""
    theirs = PostedLetter.territory_id.in_(visible_to(scope, Right.CHASE))
    waiting = (
        select(PrintRun.id)
        .join(PostedLetter, PostedLetter.run_id == PrintRun.id)
        .join(Wave, Wave.id == PrintRun.wave_id)
        .where(PrintRun.wave_id == wave_id, PrintRun.posted_at.is_(None), now < EFFECTIVE_END)
        .group_by(PrintRun.id)
        .having(func.bool_and(theirs))
    )
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def pile_of(session: Session, scope: Scope, run_id: int) -> Pile:
    """One pile with its letters; out of the scope is as good as absent."""
    if not may_handle(session, scope, run_id):
        raise Hidden
    row = session.execute(
        select(PrintRun, *_COUNTS)
        .join(PostedLetter, PostedLetter.run_id == PrintRun.id)
        .where(PrintRun.id == run_id)
        .group_by(PrintRun.id)
    ).one()
    run = _run(*row)
    label, simulated = session.execute(
        select(Wave.label, Campaign.simulated)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(Wave.id == run.wave_id)
    ).one()
    themes = session.scalars(
        select(WaveQuestionnaire.theme)
        .where(WaveQuestionnaire.wave_id == run.wave_id)
        .order_by(WaveQuestionnaire.position)
    ).all()
    ends_at = effective_end(session, run.wave_id)
    return Pile(run, label, tuple(themes), ends_at, simulated, _sheets(session, run))


def to_take_out(session: Session, pile: Pile) -> dict[int, NoLetter]:
    """Of the letters still in the pile, those of whoever answered or refused since."""
    waiting = [one.territory_id for one in pile.sheets if one.left_out_because is None]
    return gone_since(session, pile.run.wave_id, waiting)


def letters_to(
    session: Session, territory_ids: Collection[int], wave_id: int
) -> dict[int, datetime]:
    """When the last letter to each of these authorities was posted in this wave.

    The caller has seen that they may be shown.
    """
    rows = session.execute(
        select(PostedLetter.territory_id, func.max(PrintRun.posted_at))
        .join(PrintRun, PrintRun.id == PostedLetter.run_id)
        .where(
            PostedLetter.territory_id.in_(list(territory_ids)),
            PostedLetter.left_out_because.is_(None),
            PrintRun.wave_id == wave_id,
            PrintRun.posted_at.is_not(None),
        )
        .group_by(PostedLetter.territory_id)
    )
    return {territory_id: at for territory_id, at in rows if at is not None}


_COUNTS = (
    func.count(PostedLetter.territory_id),
    func.count(PostedLetter.left_out_because),
)


def _run(row: PrintRun, n_letters: int, n_left_out: int) -> Run:
    return Run(
        id=row.id,
        wave_id=row.wave_id,
        label=row.label,
        made_at=row.made_at,
        made_by=row.made_by,
        posted_at=row.posted_at,
        posted_by=row.posted_by,
        n_letters=n_letters,
        n_left_out=n_left_out,
    )


def _sheets(session: Session, run: Run) -> tuple[Sheet, ...]:
    rows = session.execute(
        select(
            PostedLetter.rank,
            Territory.id,
            Territory.kind,
            Territory.name,
            PostalAddress.street,
            PostalAddress.postal_code,
            PostalAddress.town,
            PostedLetter.left_out_because,
            Sender.name.label("signed_by"),
            Sender.words,
        )
        .join(Territory, Territory.id == PostedLetter.territory_id)
        .join(PostalAddress, PostalAddress.territory_id == Territory.id)
        .outerjoin(
            BatchMember,
            (BatchMember.territory_id == Territory.id) & (BatchMember.wave_id == run.wave_id),
        )
        .outerjoin(Batch, Batch.id == BatchMember.batch_id)
        .outerjoin(Sender, Sender.id == Batch.sender_id)
        .where(PostedLetter.run_id == run.id)
        .order_by(PostedLetter.rank)
    )
    return tuple(
        Sheet(
            rank=row.rank,
            territory_id=row.id,
            kind=row.kind,
            name=row.name,
            street=row.street,
            postal_code=row.postal_code,
            town=row.town,
            left_out_because=None
            if row.left_out_because is None
            else NoLetter(row.left_out_because),
            signed_by=row.signed_by or "",
            signed_words=row.words or "",
        )
        for row in rows
    )
