"""A questionnaire of a hundred questions: what it becomes when sent, or left when the wave ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.campaigns.apply import close_ended
from app.collect.figures import submitted_figures
from app.collect.handled import Handled, handled
from app.collect.submit import submit
from app.interview.values import DONT_KNOW
from app.questionnaires.publish import load_into
from app.vocabulary.scope import Role, Scope
from tests.collect.answers import says
from tests.interview.build import ask, questionnaire
from tests.world import World

GUERET = "23096"
EVERYWHERE = Scope(1, Role.NATIONAL, None)


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    asked = [ask(f"q{n}") for n in range(100)]
    load_into(world.db, [questionnaire(*asked)], now=world.now)
    world.open_wave()


def answers(world: World, n: int, *, n_dont_know: int = 0) -> None:
    given = {f"q{i}": DONT_KNOW if i < n_dont_know else "no" for i in range(n)}
    says(world, world.respondent(GUERET), given, source="form:one")


@pytest.mark.parametrize(
    ("n", "becomes"), [(49, "partial"), (50, "partial"), (79, "partial"), (80, "complete")]
)
def test_handed_in(world: World, n: int, becomes: str) -> None:
    answers(world, n)
    submit(
        world.db,
        world.respondent(GUERET),
        "inclusion",
        world.letterhead,
        completeness=world.house.completeness,
        now=world.now,
    )
    assert world.disposition(GUERET) == becomes


@pytest.mark.parametrize(
    ("n", "becomes"), [(49, "broken_off"), (50, "partial"), (79, "partial"), (80, "partial")]
)
def test_left_when_the_wave_ends(world: World, n: int, becomes: str) -> None:
    answers(world, n)
    world.days_pass(120)
    close_ended(world.db, world.house.completeness, now=world.now)
    assert world.disposition(GUERET) == becomes


def test_the_settings_move_both_thresholds(world: World) -> None:
    world.settings = replace(world.settings, complete_from=30, partial_from=10)
    answers(world, 30)
    submit(
        world.db,
        world.respondent(GUERET),
        "inclusion",
        world.letterhead,
        completeness=world.house.completeness,
        now=world.now,
    )
    assert world.disposition(GUERET) == "complete"


def test_i_do_not_know_counts_as_answered_and_is_told_apart(world: World) -> None:
    answers(world, 80, n_dont_know=30)
    submit(world.db, world.respondent(GUERET), "inclusion", world.letterhead, now=world.now)

    assert world.disposition(GUERET) == "complete"
    with world.db.snapshot() as session:
        (figure,) = submitted_figures(session, world.wave_id)
        told = handled(session, EVERYWHERE, world.case(GUERET, "inclusion").id)
    assert (figure.n_asked, figure.n_answered, figure.n_dont_know) == (100, 80, 30)
    assert told == Handled(100, 80, 30)


def test_an_opsn_elsewhere_is_told_no_count(world: World) -> None:
    answers(world, 80)
    elsewhere = Scope(2, Role.OPSN, 0)
    with world.db.reading() as session:
        assert handled(session, elsewhere, world.case(GUERET, "inclusion").id) is None
