"""Counts over many cases, as wide as the scope and no wider."""

from __future__ import annotations

from datetime import date, timedelta

from app.cases.follow_ups import note_follow_up
from app.cases.rates import rates
from app.cases.read import (
    by_departement,
    by_kind_and_theme,
    calls_due,
    chased,
    opened_waves,
    participation,
    todo,
)
from app.cases.record import record
from app.models.cases import Case
from app.models.scope import visible_to
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Author, Right, Role, Scope
from tests.cases.staff import EVERYONE, scope_of_opsn
from tests.world import FIRST_THEMES, World


def moves(world: World, code: str, theme: str, *states: D) -> None:
    """A case of this commune goes through these states."""
    case_id = world.case(code, theme).id
    with world.db.transaction() as session:
        for state in states:
            case = session.get_one(Case, case_id)
            record(session, case, state, why="answered", by=Author.system(), at=world.now)


def test_the_latest_wave_comes_with_its_themes(world: World) -> None:
    world.open_wave()
    with world.db.reading() as session:
        waves = opened_waves(session)
    assert [wave.id for wave in waves] == [world.wave_id]
    assert set(waves[0].themes) == set(FIRST_THEMES)
    assert waves[0].simulated


def test_a_wave_that_has_not_opened_is_not_spoken_of(world: World) -> None:
    with world.db.reading() as session:
        assert opened_waves(session) == []


def test_the_rate_of_communes_counts_one_case_an_authority_and_theme(world: World) -> None:
    world.open_wave()
    moves(world, "23096", "inclusion", D.INVITED, D.COMPLETE)
    with world.db.reading() as session:
        tallies = by_kind_and_theme(session, EVERYONE, world.wave_id)
    found = rates(tallies[("commune", "inclusion")])
    others = rates(tallies[("commune", "cybersecurite")])
    assert found.n_asked == others.n_asked
    assert found.rr1 == 1 / found.n_asked
    assert others.rr1 == 0
    assert {kind for kind, _ in tallies} == {"commune", "epci", "departement", "region"}


def test_an_opsn_counts_its_own_members_only(world: World) -> None:
    world.open_wave()
    moves(world, "23096", "inclusion", D.INVITED, D.COMPLETE)
    bruno = scope_of_opsn(world, "23096", "23008")
    chloe = scope_of_opsn(world, "87085")
    with world.db.reading() as session:
        his = by_kind_and_theme(session, bruno, world.wave_id)
        hers = by_kind_and_theme(session, chloe, world.wave_id)
        places = by_departement(session, bruno, world.wave_id, "commune", "inclusion")
    assert rates(his[("commune", "inclusion")]).rr1 == 0.5
    assert rates(hers[("commune", "inclusion")]).rr1 == 0
    assert set(places) == {"23"}
    assert {kind for kind, _ in his} == {"commune"}


def test_departements_add_up_to_the_kind(world: World) -> None:
    world.open_wave()
    with world.db.reading() as session:
        tallies = by_kind_and_theme(session, EVERYONE, world.wave_id)
        places = by_departement(session, EVERYONE, world.wave_id, "epci", None)
    of_kind = sum(sum(tally.values()) for (kind, _), tally in tallies.items() if kind == "epci")
    assert sum(sum(tally.values()) for tally in places.values()) == of_kind


def test_taking_part_is_told_by_authority(world: World) -> None:
    world.open_wave()
    for theme in FIRST_THEMES:
        moves(world, "23096", theme, D.INVITED, D.COMPLETE)
    moves(world, "23008", "inclusion", D.INVITED, D.PARTIAL)
    bruno = scope_of_opsn(world, "23096", "23008", "23076")
    with world.db.reading() as session:
        found = participation(session, bruno, world.wave_id)["commune"]
    assert (found.n_asked, found.n_at_least_one, found.n_all) == (3, 2, 1)


def test_what_waits_is_counted_in_authorities(world: World) -> None:
    world.open_wave()
    for theme in FIRST_THEMES:
        moves(world, "23096", theme, D.INVITED)
    moves(world, "23008", "inclusion", D.INVITED, D.UNDELIVERED)
    moves(world, "23008", "communication", D.INVITED, D.STARTED)
    bruno = scope_of_opsn(world, "23096", "23008")
    with world.db.reading() as session:
        found = todo(session, bruno, world.wave_id, until=world.now)
    assert (found.n_silent, found.n_undelivered, found.n_started) == (1, 1, 1)
    assert found.n_calls_due == 0


def test_a_promised_call_is_due_on_its_day_until_somebody_notes_the_next(world: World) -> None:
    world.open_wave()
    bruno = scope_of_opsn(world, "23096")
    chloe = scope_of_opsn(world, "87085")

    def notes(text: str, call_again_on: date | None = None) -> int:
        return note_follow_up(
            world.db,
            bruno,
            Author.user(bruno.user_id),
            world.territory("23096").id,
            world.wave_id,
            text,
            call_again_on=call_again_on,
            now=world.now,
        )

    def due(scope: Scope, days: int) -> list[int]:
        with world.db.reading() as session:
            until = world.now + timedelta(days=days)
            return calls_due(session, scope, world.wave_id, until=until)

    promised = notes("Absente.", (world.now + timedelta(days=3)).date())
    assert due(bruno, 2) == []
    assert due(bruno, 4) == [promised]
    assert due(chloe, 4) == []
    notes("Elle a répondu.")
    assert due(bruno, 4) == []


def test_only_what_one_may_chase_is_chased(world: World) -> None:
    world.open_wave()
    mine, theirs = world.case("23096", "inclusion"), world.case("87085", "inclusion")
    bruno = scope_of_opsn(world, "23096")
    watching = scope_of_opsn(world, "23008", may_chase=False)
    seen = world.case("23008", "inclusion")
    with world.db.reading() as session:
        assert chased(session, bruno, [mine.id, theirs.id], [world.wave_id]) == {
            mine.id: (mine.territory_id, "commune")
        }
        assert chased(session, bruno, [mine.id], []) == {}
        assert chased(session, watching, [seen.id], [world.wave_id]) == {}


def test_a_reader_chases_nobody_and_still_sees(world: World) -> None:
    reader = scope_of_opsn(world, "23096", role=Role.READER)
    with world.db.reading() as session:
        assert len(session.scalars(visible_to(reader)).all()) == 1
        assert session.scalars(visible_to(reader, Right.CHASE)).all() == []
