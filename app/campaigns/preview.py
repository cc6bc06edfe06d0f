"""The dry run: who will get what and when, and who will get nothing and why. Writes nothing.

It reads what the clock reads and asks what the clock asks (`foresight`), for all running waves at
once, since a mailbox has one count for all of them; then keeps what was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.campaigns.arms import read_arms, tried
from app.campaigns.calls import BEGUN_AT, Call, call_of, calls_of, silence
from app.campaigns.foresight import Announced, foreseen
from app.campaigns.left_out import LeftOut, left_out
from app.campaigns.letter_steps import Pile
from app.campaigns.letters_due import piles_of
from app.campaigns.members import PlannedBatch, planned_batches, would_join
from app.campaigns.outbox_ahead import waiting
from app.campaigns.plan import Sending
from app.campaigns.prenotices import may_announce, prenotice_at
from app.campaigns.recipients import invitations, prenotices, recipients
from app.campaigns.rules import rules_of
from app.campaigns.silents import silents_of_waves
from app.campaigns.steps import Rules
from app.cases.waves import effective_end, is_paused, open_waves
from app.messages.letterhead import Letterhead
from app.models.scope import visible_to
from app.vocabulary.office_hours import departement_of
from app.vocabulary.scope import Right, Scope
from app.vocabulary.wave_steps import StepKind

NOT_OPEN = "La vague n’est pas encore ouverte\u00a0: rien ne part avant."
ENDED = "La vague est terminée\u00a0: rien ne part plus."
PAUSED = "Les envois de cette vague sont en pause\u00a0: rien ne part avant leur reprise."


@dataclass(frozen=True, slots=True)
class Preview:
    """One wave until a moment, in order."""

    held: str | None  # why nothing leaves, in French
    sendings: tuple[Sending, ...]
    calls: tuple[Call, ...]
    piles: tuple[Pile, ...]  # of letters
    left_out: tuple[LeftOut, ...]


def preview(
    session: Session,
    wave_id: int,
    letterhead: Letterhead,
    *,
    until: datetime,
    now: datetime,
    scope: Scope | None = None,
) -> Preview:
    """What the clock will do for this wave until then, if nobody answers meanwhile.

    `scope`: only what this member of staff may see, a message only if all it speaks of is theirs.
    """
    held = _held(session, wave_id, now)
    if held is not None:
        return Preview(held, (), (), (), ())
    running = [wave for wave in open_waves(session, now) if not is_paused(session, wave)]
    rules = rules_of(session, running)
    batches = _batches(session, rules)
    queued = waiting(session, running, letterhead, now=now)
    silents = list(
        silents_of_waves(
            session, running, invited_before=until, secret=letterhead.secret, now=now, foreseen=True
        )
    )
    coming = _announced(session, batches, rules, letterhead, now=now, until=until)
    later = list(foreseen(silents, coming, rules, now=now, until=until))
    sendings = [*queued.sendings, *tried(later, read_arms(session, later))]
    ours = [one for one in sendings if one.wave_id == wave_id and one.leaves_at <= until]
    planned, of_wave = _planned(batches, wave_id), rules[wave_id]
    due = {who: at for who, at in planned.items() if at <= until}
    calls = [
        *calls_of(session, wave_id, of_wave, until=until, foreseen=True),
        *_later_calls(session, due, wave_id, of_wave, until),
    ]
    piles = piles_of(session, wave_id, of_wave, now=now, until=until, later=due)
    nothing = left_out(session, wave_id, _told(ours), queued.cancelled, planned, until=until)
    return _in_scope(
        session,
        Preview(
            None,
            tuple(sorted(ours, key=lambda one: (one.leaves_at, one.address_id, one.occasion))),
            tuple(sorted(calls, key=lambda one: (one.at, one.territory_id))),
            tuple(sorted(piles, key=lambda one: (one.at, one.departement, one.step.id))),
            tuple(nothing),
        ),
        scope,
    )


def _held(session: Session, wave_id: int, now: datetime) -> str | None:
    end = effective_end(session, wave_id)
    if end <= now:
        return ENDED
    if wave_id not in open_waves(session, now):
        return NOT_OPEN
    return PAUSED if is_paused(session, wave_id) else None


def _batches(session: Session, rules: Mapping[int, Rules]) -> list[tuple[PlannedBatch, list[int]]]:
    """The batches that wait, with whom each would take, the first of them first."""
    taken: dict[int, set[int]] = {wave: set() for wave in rules}
    found = []
    for batch in planned_batches(session, rules):
        who = would_join(session, batch, taken[batch.wave_id])
        taken[batch.wave_id].update(who)
        found.append((batch, who))
    return found


def _announced(
    session: Session,
    batches: Iterable[tuple[PlannedBatch, list[int]]],
    rules: Mapping[int, Rules],
    letterhead: Letterhead,
    *,
    now: datetime,
    until: datetime,
) -> list[Announced]:
    """The prenotices and invitations of batches that fall due until then."""
    found: list[Announced] = []
    for batch, who in batches:
        of_wave = rules[batch.wave_id]
        told_at = prenotice_at(batch, of_wave)
        first = batch.planned_at if told_at is None else told_at
        if min(first, batch.planned_at) > until:
            continue
        rows = recipients(session, batch.wave_id, who, secret=letterhead.secret, now=now)
        if told_at is not None and told_at <= until and may_announce(batch, of_wave, now=now):
            found += prenotices(rows, batch, max(told_at, now))
        if batch.planned_at <= until:
            at, occasion = max(batch.planned_at, now), f"batch:{batch.id}"
            found += invitations(rows, batch.wave_id, occasion, at)
    return found


_PLACES = text(f"""
    SELECT id, departement_code, region_code, {BEGUN_AT} AS begun_at FROM territories
     WHERE id = ANY(:ids)
       AND EXISTS (SELECT FROM cases WHERE cases.wave_id = :wave_id
                      AND cases.territory_id = territories.id
                      AND cases.disposition = ANY(:callable))
     ORDER BY id
""")


def _later_calls(
    session: Session, due: Mapping[int, datetime], wave_id: int, rules: Rules, until: datetime
) -> Iterable[Call]:
    """The calls to make to whoever will be invited by then; `due`: when, by authority."""
    steps = rules.of_kind(StepKind.TELEPHONE)
    if not steps or not due:
        return
    values = {"ids": sorted(due), "wave_id": wave_id, **silence(foreseen=True)}
    for row in session.execute(_PLACES, values).all():
        place = departement_of(row.departement_code, row.region_code)
        for step in steps:
            call = call_of(row.id, wave_id, step, rules, due[row.id], row.begun_at, place)
            if call is not None and call.at <= until:
                yield call


def _planned(
    batches: Iterable[tuple[PlannedBatch, list[int]]], wave_id: int
) -> dict[int, datetime]:
    """When each authority that waits for its batch will be invited."""
    return {
        territory: batch.planned_at
        for batch, who in batches
        if batch.wave_id == wave_id
        for territory in who
    }


def _told(sendings: Iterable[Sending]) -> set[int]:
    return {case for one in sendings for case in one.case_ids}


_TERRITORIES = text("SELECT id, territory_id FROM cases WHERE id = ANY(:ids)")


def _in_scope(session: Session, found: Preview, scope: Scope | None) -> Preview:
    if scope is None or scope.national:
        return found
    theirs = set(session.scalars(visible_to(scope, Right.READ)))
    rows = session.execute(_TERRITORIES, {"ids": sorted(_told(found.sendings))})
    place = {row.id: row.territory_id for row in rows}
    return Preview(
        found.held,
        tuple(one for one in found.sendings if all(place[case] in theirs for case in one.case_ids)),
        tuple(one for one in found.calls if one.territory_id in theirs),
        tuple(_theirs(found.piles, theirs)),
        tuple(one for one in found.left_out if one.territory_id in theirs),
    )


def _theirs(piles: Iterable[Pile], theirs: Collection[int]) -> Iterable[Pile]:
    """What these piles hold of theirs."""
    for pile in piles:
        ids = tuple(one for one in pile.territory_ids if one in theirs)
        if ids:
            yield replace(pile, territory_ids=ids)
