"""Letters as a step of the calendar: one pile a place on its day, for those still silent then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.campaigns.apply import Planned, plan_due
from app.campaigns.changes import extend_wave, pause_wave, resume_wave
from app.campaigns.letter_steps import LATE_APART, Pile, Reader, piles_to_make
from app.campaigns.letters import mark_posted, take_out
from app.campaigns.letters_read import LetterFilter, whom_to_write
from app.campaigns.letters_runs import Run, n_to_post, pile_of, runs_of, to_take_out
from app.campaigns.preview_lines import BY_POST, counts, lines, n_lines
from app.campaigns.scheduling import set_steps
from app.campaigns.steps import Rules, Step, StepLocked
from app.collect.decline import decline
from app.models.letters import PostalAddress, PrintRun
from app.models.organisations import AuditEntry
from app.panel.postal import postal, set_postal_address
from app.vocabulary.letters import NoLetter
from app.vocabulary.scope import Author, Scope
from app.vocabulary.wave_steps import Anchor, Audience, BatchKind, StepKind
from tests.campaigns.quarter import foreseen, keeps_office_hours, lives_on, planned, the_end
from tests.cases.staff import EVERYONE, scope_of_opsn
from tests.collect.answers import answers_all
from tests.messages.post import (
    AJAIN,
    AUBUSSON,
    GUERET,
    LIMOGES,
    answered,
    change,
    invited,
    rows,
    send,
)
from tests.world import World

AUZANCES = "23013"
LETTER = Step(StepKind.LETTER, Anchor.INVITATION, 20)


def sets(world: World, *steps: Step) -> tuple[Step, ...]:
    return set_steps(
        world.db,
        None,
        Author.system(),
        world.wave_id,
        steps or (LETTER,),
        office_hours=False,
        now=world.now,
    )


@pytest.fixture
def creuse(world: World) -> World:
    """A letter is planned twenty days after the invitation; the Creuse is invited."""
    world.open_wave()
    for code in (GUERET, AUBUSSON, AJAIN):
        world.contact(code, f"mairie{code}@creuse.invalid")
    sets(world)
    invited(world)
    send(world)
    return world


def ticks(world: World, days: float = 0) -> Planned:
    """Days pass, and the clock looks at what is due."""
    world.days_pass(days)
    return plan_due(world.db, world.letterhead, now=world.now)


def piles(world: World) -> list[tuple[str, list[str]]]:
    """Each pile's label, and its authorities in its order."""
    found = rows(
        world,
        "SELECT print_runs.id, label, array_agg(territories.name ORDER BY rank) AS names"
        "  FROM print_runs JOIN letters ON run_id = print_runs.id"
        "  JOIN territories ON territories.id = territory_id GROUP BY print_runs.id"
        " ORDER BY print_runs.id",
    )
    return [(row.label, row.names) for row in found]


def in_piles(world: World) -> set[str]:
    return {name for _, names in piles(world) for name in names}


def runs(world: World, scope: Scope) -> list[Run]:
    with world.db.reading() as session:
        return runs_of(session, scope, world.wave_id)


def test_nothing_before_its_day_then_one_pile_a_place_in_the_order_of_the_post(
    creuse: World,
) -> None:
    invited(creuse, "87")
    assert ticks(creuse, 19.9).n_letters == 0

    n_letters = ticks(creuse, 0.1).n_letters

    found = dict(piles(creuse))
    assert list(found) == [
        "Creuse\u00a0: courrier du calendrier",
        "Haute-Vienne\u00a0: courrier du calendrier",
    ]
    names = found["Creuse\u00a0: courrier du calendrier"]
    assert names.index("Guéret") < names.index("Aubusson") < names.index("Auzances")
    assert n_letters == sum(map(len, found.values()))
    assert ticks(creuse).n_letters == 0
    assert ticks(creuse, 30).n_letters == 0


def test_the_calendar_s_own_says_so_and_is_handled_like_another(creuse: World) -> None:
    bruno = scope_of_opsn(creuse, GUERET, AUBUSSON, AUZANCES)
    ticks(creuse, 20)

    mine = runs(creuse, bruno)
    assert [(run.made_by, run.posted_at, run.n_letters) for run in mine] == [(None, None, 3)]
    assert mine[0].label.startswith("Creuse, OPSN de")
    assert len(runs(creuse, EVERYONE)) == 2
    assert "Ajain" in dict(piles(creuse))["Creuse\u00a0: courrier du calendrier"]
    with creuse.db.reading() as session:
        assert n_to_post(session, bruno, creuse.wave_id, now=creuse.now) == 1
        actions = session.scalars(
            select(AuditEntry.actor_kind).where(AuditEntry.action == "letters_printed")
        ).all()
    assert set(actions) == {"system"}

    on, by = creuse.now.date(), Author.user(bruno.user_id)
    mark_posted(creuse.db, bruno, by, mine[0].id, on=on, shown=(), now=creuse.now)

    with creuse.db.reading() as session:
        assert n_to_post(session, bruno, creuse.wave_id, now=creuse.now) == 0
        assert n_to_post(session, EVERYONE, creuse.wave_id, now=creuse.now) == 1
        assert n_to_post(session, EVERYONE, creuse.wave_id, now=the_end(creuse)) == 0


def test_never_to_who_answered_refused_or_left(creuse: World) -> None:
    answered(creuse, GUERET)
    decline(creuse.db, creuse.respondent(AUBUSSON), ("inclusion",), "decided", now=creuse.now)
    change(
        creuse,
        "UPDATE territories SET asked = false, not_asked_because = 'fusionnée' WHERE id = :one",
        one=creuse.territory(AUZANCES).id,
    )

    ticks(creuse, 20)

    assert in_piles(creuse).isdisjoint({"Guéret", "Aubusson", "Auzances"})
    assert "Ajain" in in_piles(creuse)


def test_who_answers_once_printed_is_told_before_posting(creuse: World) -> None:
    ticks(creuse, 20)
    (run,) = runs(creuse, EVERYONE)
    answered(creuse, GUERET)

    with creuse.db.reading() as session:
        gone = to_take_out(session, pile_of(session, EVERYONE, run.id))

    assert gone == {creuse.territory(GUERET).id: NoLetter.ANSWERED}


def test_who_has_no_address_is_listed_and_comes_in_a_later_pile(creuse: World) -> None:
    scope = scope_of_opsn(creuse, GUERET, AUBUSSON)
    gueret, aubusson = creuse.territory(GUERET).id, creuse.territory(AUBUSSON).id
    with creuse.db.transaction() as session:
        for one in (gueret, aubusson):
            session.delete(session.get_one(PostalAddress, one))
    ticks(creuse, 20)
    assert in_piles(creuse).isdisjoint({"Guéret", "Aubusson"})
    with creuse.db.reading() as session:
        found = whom_to_write(session, scope, creuse.wave_id, LetterFilter(), now=creuse.now)
    assert {one.name for one in found.without_address} == {"Guéret", "Aubusson"}

    def completes(territory_id: int) -> None:
        given = postal("1 place de la Mairie", "23000", "Guéret")
        by = Author.user(scope.user_id)
        set_postal_address(creuse.db, scope, by, territory_id, given, now=creuse.now)

    creuse.days_pass(2)
    completes(gueret)
    assert ticks(creuse, 0.1).n_letters == 0, "not a pile of one letter for each address"
    completes(aubusson)
    assert ticks(creuse, 5).n_letters == 2

    assert piles(creuse)[-1][1] == ["Aubusson", "Guéret"]
    assert ticks(creuse, 20).n_letters == 0


def test_an_address_that_comes_after_the_end_is_too_late(creuse: World) -> None:
    with creuse.db.transaction() as session:
        session.delete(session.get_one(PostalAddress, creuse.territory(GUERET).id))
    ticks(creuse, 20)
    scope = scope_of_opsn(creuse, GUERET)
    creuse.now = the_end(creuse)
    given = postal("", "23000", "Guéret")
    by, gueret = Author.user(scope.user_id), creuse.territory(GUERET).id
    set_postal_address(creuse.db, scope, by, gueret, given, now=creuse.now)

    assert ticks(creuse).n_letters == 0


def test_what_was_taken_out_by_hand_does_not_come_back(creuse: World) -> None:
    ticks(creuse, 20)
    (run,) = runs(creuse, EVERYONE)
    gueret = creuse.territory(GUERET).id
    take_out(creuse.db, EVERYONE, Author.system(), run.id, [gueret], now=creuse.now)

    assert ticks(creuse, 40).n_letters == 0


def test_no_second_letter_in_four_weeks_whoever_asked_for_the_first(creuse: World) -> None:
    creuse.days_pass(10)
    change(
        creuse,
        "INSERT INTO users (id, email, name, role, password_hash, active, session_stamp,"
        " created_at) OVERRIDING SYSTEM VALUE"
        " VALUES (1, 'aicha@dinum.invalid', 'Aïcha', 'national', '', true, 0, :now)",
        now=creuse.now,
    )
    change(
        creuse,
        "WITH run AS (INSERT INTO print_runs (wave_id, label, made_at, made_by)"
        " VALUES (:wave, 'à la main', :now, 1) RETURNING id)"
        " INSERT INTO letters (run_id, territory_id, rank) SELECT id, :territory, 1 FROM run",
        wave=creuse.wave_id,
        now=creuse.now,
        territory=creuse.territory(GUERET).id,
    )

    ticks(creuse, 10)
    assert "Guéret" not in dict(piles(creuse))["Creuse\u00a0: courrier du calendrier"]
    ticks(creuse, 17.9)
    assert len(piles(creuse)) == 2
    ticks(creuse, 0.1)

    assert piles(creuse)[-1][1] == ["Guéret"]


def test_those_who_began_and_those_who_did_not_get_each_their_letter(creuse: World) -> None:
    sets(
        creuse,
        Step(StepKind.LETTER, Anchor.INVITATION, 20, audience=Audience.UNSTARTED),
        Step(StepKind.LETTER, Anchor.INVITATION, 25, audience=Audience.STARTED),
    )
    answers_all(creuse, creuse.respondent(GUERET))

    ticks(creuse, 20)
    assert "Guéret" not in in_piles(creuse)
    assert "Aubusson" in in_piles(creuse)
    creuse.days_pass(6)
    answers_all(creuse, creuse.respondent(AJAIN))
    ticks(creuse)

    assert piles(creuse)[-1][1] == ["Guéret"], "Ajain had its letter, and began after the day"


def test_a_paused_wave_makes_no_pile_until_it_goes_on(creuse: World) -> None:
    pause_wave(creuse.db, creuse.wave_id, why="x", by=Author.system(), now=creuse.now)
    assert ticks(creuse, 20).n_letters == 0
    resume_wave(creuse.db, creuse.wave_id, why="x", by=Author.system(), now=creuse.now)

    assert ticks(creuse).n_letters > 0


def test_a_high_pile_is_split(creuse: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.campaigns.letters_due.MOST", 4)

    n_letters = ticks(creuse, 20).n_letters

    heights = [len(names) for _, names in piles(creuse)]
    assert n_letters > 4
    assert sum(heights) == n_letters
    assert heights[:-1] == [4] * (len(heights) - 1)


def test_two_clocks_make_one_pile(creuse: World) -> None:
    creuse.days_pass(20)
    with ThreadPoolExecutor(2) as clocks:
        both = list(clocks.map(lambda _: ticks(creuse), range(2)))

    assert sorted(one.n_letters for one in both)[0] == 0
    assert len(piles(creuse)) == 1


def test_a_step_that_made_a_pile_stays(creuse: World) -> None:
    ticks(creuse, 20)
    extend_wave(
        creuse.db,
        creuse.wave_id,
        the_end(creuse) + timedelta(days=10),
        why="x",
        by=Author.system(),
        now=creuse.now,
    )

    with pytest.raises(StepLocked):
        sets(creuse, Step(StepKind.LETTER, Anchor.INVITATION, 30))
    with creuse.db.reading() as session:
        assert session.scalars(select(PrintRun.step_id)).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_dry_run_says_the_piles_that_then_come(world: World, seed: int) -> None:
    """Two letters, office hours, a trial before the rest, an authority that had one already."""
    world.open_wave()
    for code in (GUERET, AUBUSSON, AJAIN, LIMOGES):
        world.contact(code, f"mairie{code}@creuse.invalid")
    keeps_office_hours(
        world,
        (
            Step(StepKind.LETTER, Anchor.INVITATION, 20),
            Step(StepKind.LETTER, Anchor.INVITATION, 50, audience=Audience.UNSTARTED),
        ),
    )
    planned(world, BatchKind.TRIAL, 3, codes=(GUERET, "97105"))
    planned(world, BatchKind.DEPARTEMENT, 5, departement_code="23")
    planned(world, BatchKind.SHARE, 9.5, share=0.5, seed=seed)
    planned(world, BatchKind.REGIONS, 10)
    answers_all(world, world.respondent(AUBUSSON))
    told = foreseen(world)

    batches = rows(world, "SELECT planned_at FROM batches")
    moments = [one.at for one in told.piles] + [one.planned_at for one in batches]
    lives_on(world, [*moments, *(one.leaves_at for one in told.sendings)], {})

    found = rows(
        world,
        "SELECT made_at, step_id, array_agg(territory_id ORDER BY territory_id) AS ids"
        "  FROM print_runs JOIN letters ON run_id = print_runs.id GROUP BY print_runs.id",
    )
    made = sorted((row.made_at, row.step_id, row.ids) for row in found)
    assert made == sorted((one.at, one.step.id, sorted(one.territory_ids)) for one in told.piles)
    assert len({one.step.id for one in told.piles}) == 2
    assert len({one.departement for one in told.piles}) > 3


def test_the_dry_run_counts_and_names_each_letter(creuse: World) -> None:
    told = foreseen(creuse)

    with creuse.db.reading() as session:
        shown = [line for line in lines(session, told) if line.channel == BY_POST]
    (pile,) = told.piles
    assert dict(counts(told))["Courrier"] == len(pile.territory_ids) == len(shown) == n_lines(told)
    assert {line.at for line in shown} == {creuse.now + timedelta(days=20)}
    assert "Guéret" in {line.places[0] for line in shown}


START = datetime.fromisoformat("2026-09-15T08:00:00+00:00")


# La Réunion, where the hour never changes.
def a_reader(number: int, invited_on: float = 0, last_on: float | None = None) -> Reader:
    last = None if last_on is None else START + timedelta(days=last_on)
    return Reader(number, "974", START + timedelta(days=invited_on), None, last)


def told_piles(
    readers: list[Reader], *steps: Step, last_made: float | None = None, now: float = 0
) -> list[tuple[int, float, tuple[int, ...]]]:
    """The step, the day and the readers of each pile."""
    last = {} if last_made is None else {(1, "974"): START + timedelta(days=last_made)}
    rules = Rules(steps, START + timedelta(days=90), office_hours=False)
    found: list[Pile] = list(
        piles_to_make(
            *(1, rules, readers, (), last),
            now=START + timedelta(days=now),
            until=rules.ends_at,
        )
    )
    day = timedelta(days=1)
    return [(one.step.id, (one.at - START) / day, one.territory_ids) for one in found]


def a_letter(number: int, days: int) -> Step:
    return Step(StepKind.LETTER, Anchor.INVITATION, days, id=number)


def test_who_missed_a_pile_joins_the_next_that_is_made_or_waits_a_week() -> None:
    late, others = a_reader(1), a_reader(2, invited_on=4)
    week = LATE_APART / timedelta(days=1)

    assert told_piles([late], a_letter(1, 20), last_made=20, now=22) == [(1, 20 + week, (1,))]
    assert told_piles([late, others], a_letter(1, 20), last_made=20, now=22) == [(1, 24, (1, 2))]


def test_the_day_of_the_next_letter_closes_the_one_before() -> None:
    steps = (a_letter(1, 20), a_letter(2, 50))

    assert told_piles([a_reader(1)], *steps) == [(1, 20, (1,)), (2, 50, (1,))]
    assert told_piles([a_reader(1)], *steps, now=55) == [(2, 55, (1,))]
    # Twenty-eight days after the letter of the fortieth day, and after that of a late first pile.
    assert told_piles([a_reader(1, last_on=40)], *steps) == [(2, 68, (1,))]
    assert told_piles([a_reader(1)], *steps, now=30) == [(1, 30, (1,)), (2, 58, (1,))]
