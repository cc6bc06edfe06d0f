"""Letter steps: the piles of a wave's calendar, read for the dry run and made by the clock."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.campaigns.inviting import REGIONS_LABEL
from app.campaigns.letter_steps import Pile, Reader, piles_to_make
from app.campaigns.letters import MOST
from app.campaigns.letters_made import make_pile
from app.campaigns.letters_read import dispositions_of, standings, standings_of, why_not
from app.campaigns.steps import Rules
from app.models.campaigns import BatchMember
from app.models.letters import PostalAddress, PostedLetter, PrintRun
from app.models.organisations import Organisation, OrganisationTerritory
from app.models.territories import Place, Territory
from app.vocabulary.dispositions import D
from app.vocabulary.office_hours import departement_of
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import StepKind

LABEL = "courrier du calendrier"


def piles_of(
    session: Session,
    wave_id: int,
    rules: Rules,
    *,
    now: datetime,
    until: datetime,
    later: Mapping[int, datetime] | None = None,
) -> list[Pile]:
    """The piles that fall until then, for whoever is silent now and has a postal address.

    Whoever has no address joins a later pile once it is completed, until the wave ends. `later`,
    for the dry run: when each authority that waits for its batch will be invited; those whose
    invitation has not left count as if it had, and nobody answered.
    """
    before = rules.first_invited_by(until, (StepKind.LETTER,))
    if before is None:
        return []
    steps = [step.id for step in rules.of_kind(StepKind.LETTER)]
    readers = _readers(session, _invited(wave_id, steps, before), {}, foreseen=later is not None)
    if later:
        rows = standings_of(wave_id, later)
        readers += _readers(session, rows, later, foreseen=True)
    made, last_made = _made(session, steps), _last_made(session, steps)
    return list(piles_to_make(wave_id, rules, readers, made, last_made, now=now, until=until))


def prepare_piles(session: Session, wave_id: int, rules: Rules, *, now: datetime) -> int:
    """Make the piles that are due; how many letters. The caller holds the wave's row."""
    n_letters = 0
    for pile in piles_of(session, wave_id, rules, now=now, until=now):
        place = _place(session, pile.departement)
        for organisation, ids in _shared_out(session, pile.territory_ids):
            where = f"{place}, {organisation}" if organisation else place
            for start in range(0, len(ids), MOST):
                make_pile(
                    session,
                    wave_id,
                    f"{where}\u00a0: {LABEL}",
                    ids[start : start + MOST],
                    Author.system(),
                    step_id=pile.step.id,
                    now=now,
                )
        n_letters += len(pile.territory_ids)
    return n_letters


def _invited(wave_id: int, steps: Sequence[int], before: datetime) -> Select[Any]:
    """The standings of those invited by then that have not had all these letters."""
    served = (
        select(PostedLetter.territory_id)
        .join(PrintRun, PrintRun.id == PostedLetter.run_id)
        .where(PrintRun.step_id.in_(steps))
        .group_by(PostedLetter.territory_id)
        .having(func.count(PrintRun.step_id.distinct()) == len(steps))
    )
    return standings(wave_id).where(BatchMember.invited_at <= before, Territory.id.not_in(served))


def _readers(
    session: Session, rows: Select[Any], later: Mapping[int, datetime], *, foreseen: bool
) -> list[Reader]:
    """Those with an address that may get a letter."""
    addressed = rows.where(PostalAddress.territory_id.is_not(None))
    return [
        Reader(
            territory_id=row.id,
            departement=departement_of(row.departement_code, row.region_code),
            invited_at=later.get(row.id) or row.invited_at,
            begun_at=row.begun_at,
            last_letter_at=row.last_at,
        )
        for row in session.execute(addressed)
        if why_not(row, _dispositions(row, foreseen=foreseen)) is None
    ]


def _dispositions(row: Row[Any], *, foreseen: bool) -> frozenset[D]:
    """Those of its questionnaires; foreseen, as its invitation will leave them."""
    found = dispositions_of(row)
    if not foreseen:
        return found
    return frozenset(D.INVITED if one is D.NOT_INVITED else one for one in found)


def _made(session: Session, steps: Sequence[int]) -> set[tuple[int, int]]:
    rows = session.execute(
        select(PrintRun.step_id, PostedLetter.territory_id)
        .join(PostedLetter, PostedLetter.run_id == PrintRun.id)
        .where(PrintRun.step_id.in_(steps))
    )
    return {(step_id, territory_id) for step_id, territory_id in rows if step_id is not None}


def _last_made(session: Session, steps: Sequence[int]) -> dict[tuple[int, str], datetime]:
    rows = session.execute(
        select(
            PrintRun.step_id,
            Territory.departement_code,
            Territory.region_code,
            func.max(PrintRun.made_at).label("at"),
        )
        .join(PostedLetter, PostedLetter.run_id == PrintRun.id)
        .join(Territory, Territory.id == PostedLetter.territory_id)
        .where(PrintRun.step_id.in_(steps))
        .group_by(PrintRun.step_id, Territory.departement_code, Territory.region_code)
        .order_by(PrintRun.step_id, func.max(PrintRun.made_at))  # the latest is written last
    )
    return {
        (row.step_id, departement_of(row.departement_code, row.region_code)): row.at for row in rows
    }


def _place(session: Session, departement: str) -> str:
    found = session.get(Place, ("departement", departement)) if departement else None
    return found.name if found else REGIONS_LABEL


def _shared_out(session: Session, territory_ids: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
    """The letters that one organisation may handle together, then the others, in their order.

    A pile is handled by whoever may chase all of it: each goes to the organisation that may chase
    the most of what is left, and what none may chase to the national team ("").
    """
    chasers = _chasers(session, territory_ids)
    left = list(territory_ids)
    while left:
        counted = Counter(name for one in left for name in chasers[one])
        if not counted:
            yield "", left
            return
        most = max(sorted(counted), key=lambda name: counted[name])
        yield most, [one for one in left if most in chasers[one]]
        left = [one for one in left if most not in chasers[one]]


def _chasers(session: Session, territory_ids: Collection[int]) -> Mapping[int, set[str]]:
    """By authority, the organisations that may chase it."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(
        select(OrganisationTerritory.territory_id, Organisation.name)
        .join(Organisation, Organisation.id == OrganisationTerritory.organisation_id)
        .where(
            OrganisationTerritory.territory_id.in_(list(territory_ids)),
            OrganisationTerritory.may_chase,
        )
        .order_by(OrganisationTerritory.territory_id, Organisation.name)
    )
    for territory_id, name in rows:
        found[territory_id].add(name)
    return found
