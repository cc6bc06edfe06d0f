"""A quarter of a wave, played: what was foreseen of it, and what then left. No assertion here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.campaigns.apply import plan_due
from app.campaigns.batches import Wanted, plan_batch
from app.campaigns.plan import Sending
from app.campaigns.preview import Preview, preview
from app.campaigns.scheduling import set_steps
from app.campaigns.steps import Step
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import Anchor, BatchKind, StepKind
from tests.messages.post import change, rows, send
from tests.world import World

STEPS = (
    Step(StepKind.PRENOTICE, Anchor.INVITATION, -7, "prenotice"),
    Step(StepKind.REMINDER, Anchor.INVITATION, 15, "reminder"),
    Step(StepKind.REMINDER, Anchor.INVITATION, 30, "reminder_2"),
    Step(StepKind.TELEPHONE, Anchor.INVITATION, 40),
    Step(StepKind.LAST_CALL, Anchor.END, -10, "last_call"),
)


@dataclass(frozen=True, slots=True)
class Left:
    """One message that left."""

    step: str
    address_id: int
    case_ids: frozenset[int]
    at: datetime


def the_end(world: World) -> datetime:
    (wave,) = rows(world, "SELECT ends_at FROM waves WHERE id = :wave", wave=world.wave_id)
    ends_at: datetime = wave.ends_at
    return ends_at


def keeps_office_hours(world: World, steps: Iterable[Step] = STEPS) -> tuple[Step, ...]:
    """The wave's calendar, on working days and hours."""
    return set_steps(
        world.db,
        None,
        Author.system(),
        world.wave_id,
        list(steps),
        office_hours=True,
        now=world.now,
    )


def planned(world: World, kind: BatchKind, in_days: float, **details: object) -> int:
    """A batch is planned so many days from now."""
    wanted = Wanted(kind, world.now + timedelta(days=in_days), **details)  # type: ignore[arg-type]
    return plan_batch(world.db, None, Author.system(), world.wave_id, wanted, now=world.now)


def foreseen(world: World, until: datetime | None = None) -> Preview:
    """The dry run, from now to the end."""
    with world.db.reading() as session:
        return preview(
            session,
            world.wave_id,
            world.letterhead,
            until=until or the_end(world),
            now=world.now,
        )


def people(world: World, random: Random) -> None:
    """Mailboxes of their own, three shared by a secretary, two of none: as chance has it."""
    codes = [
        row.code
        for row in rows(
            world, "SELECT code FROM territories WHERE asked AND kind = 'commune' ORDER BY code"
        )
    ]
    shared = ["secretaire@creuse.invalid", "accueil@agglo.invalid"]
    for code in codes:
        chance = random.random()
        if chance < 0.3:
            world.contact(code, random.choice(shared))
        elif chance < 0.9:
            world.contact(code, f"mairie@c{code.lower()}.invalid")


def answers(world: World, random: Random, share: float) -> Mapping[int, datetime]:
    """When each case that will be answered is, some time in the quarter."""
    found = rows(world, "SELECT id FROM cases WHERE wave_id = :w ORDER BY id", w=world.wave_id)
    days = (the_end(world) - world.now).total_seconds() / 86_400
    return {
        row.id: world.now + timedelta(days=random.random() * days)
        for row in found
        if random.random() < share
    }


def lives_on(world: World, moments: Iterable[datetime], answered: Mapping[int, datetime]) -> None:
    """The clock ticks at each of these moments, and a worker sends; people answer in between."""
    left = sorted(answered.items(), key=lambda item: item[1])
    for at in sorted(set(moments)):
        while left and left[0][1] <= at:
            case, when = left.pop(0)
            change(
                world,
                "UPDATE cases SET disposition = 'complete', moved_at = :at WHERE id = :case",
                case=case,
                at=when,
            )
        world.now = at
        plan_due(world.db, world.letterhead, now=at)
        send(world)


def what_left(world: World) -> list[Left]:
    """The messages that left, in order."""
    found = rows(
        world,
        "SELECT step, address_id, sent_at, array_agg(case_id) AS cases FROM messages "
        "JOIN message_cases ON message_id = id WHERE state = 'sent' GROUP BY id "
        "ORDER BY sent_at, address_id",
    )
    return [Left(row.step, row.address_id, frozenset(row.cases), row.sent_at) for row in found]


def mailboxes_of(sendings: Iterable[Sending], cases: Iterable[int]) -> set[int]:
    """The mailboxes that were to be told of any of these cases."""
    known = set(cases)
    return {one.address_id for one in sendings if known & set(one.case_ids)}
