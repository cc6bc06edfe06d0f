"""What comes next in each open wave, without asking who will get it."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.campaigns.changes import pause_wave
from app.campaigns.coming import coming
from app.campaigns.steps import Step
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import Anchor, Audience, BatchKind, StepKind
from tests.campaigns.quarter import keeps_office_hours, planned, the_end
from tests.messages.post import invited
from tests.world import World

STEPS = (
    Step(StepKind.PRENOTICE, Anchor.INVITATION, -7, "prenotice"),
    Step(StepKind.REMINDER, Anchor.INVITATION, 15, "reminder", audience=Audience.STARTED),
    Step(StepKind.LETTER, Anchor.INVITATION, 30),
    Step(StepKind.LAST_CALL, Anchor.END, -10, "last_call"),
)


def next_of(world: World) -> list[tuple[str, str, float | None]]:
    """What, of which batch, in how many days."""
    with world.db.reading() as session:
        found = coming(session, now=world.now)
    return [(one.what, one.batch, _days(one.at, world.now)) for one in found]


def _days(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else round((at - now) / timedelta(days=1), 1)


def test_the_soonest_step_of_any_batch_is_told(world: World) -> None:
    world.open_wave()
    keeps_office_hours(world, STEPS)
    assert next_of(world) == []
    planned(world, BatchKind.DEPARTEMENT, 9, departement_code="87")
    assert next_of(world) == [("Préavis", "Haute-Vienne", 2.0)]
    invited(world)
    assert next_of(world) == [("Préavis", "Haute-Vienne", 2.0)]

    world.days_pass(3)
    assert next_of(world) == [("Invitation", "Haute-Vienne", 6.0)]
    world.days_pass(7)
    what, batch, _ = next_of(world)[0]
    assert (what, batch) == ("Invitation", "Haute-Vienne")  # our machines are late: at once

    pause_wave(world.db, world.wave_id, why="x", by=Author.system(), now=world.now)
    assert next_of(world) == [("Invitation", "Haute-Vienne", None)]


def test_steps_come_on_working_days_and_say_whom_they_are_for(world: World) -> None:
    world.open_wave()
    keeps_office_hours(world, STEPS)
    invited(world)

    said = []
    while found := next_of(world):
        ((what, _, days),) = found
        assert days is not None
        said.append(what)
        world.days_pass(days + 0.1)
        if world.now >= the_end(world):
            break

    assert said == [
        "Relance, seulement celles qui ont commencé",
        "Courrier",
        "Dernier rappel",
    ]
    assert next_of(world) == []
