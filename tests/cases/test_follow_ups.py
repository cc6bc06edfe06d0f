"""Noting a call: in one's own scope, in words, for a day to come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.cases.follow_ups import (
    LONGEST,
    CallInThePast,
    EmptyNote,
    LongNote,
    note_follow_up,
)
from app.errors import Hidden, NotAllowed
from app.models.cases import FollowUp
from app.models.organisations import AuditEntry
from app.now import paris
from app.vocabulary.scope import Author, Role, Scope
from tests.cases.staff import scope_of_opsn
from tests.world import World


def notes(
    world: World,
    scope: Scope,
    code: str = "23096",
    text: str = "La secrétaire rappellera.",
    *,
    call_again_on: date | None = None,
    wave_id: int | None = None,
) -> int:
    return note_follow_up(
        world.db,
        scope,
        Author.user(scope.user_id),
        world.territory(code).id,
        wave_id or world.wave_id,
        text,
        call_again_on=call_again_on,
        now=world.now,
    )


def kept(world: World) -> int:
    with world.db.reading() as session:
        return session.scalars(select(func.count()).select_from(FollowUp)).one()


def test_a_note_is_kept_with_its_author_and_the_call_to_come(world: World) -> None:
    world.open_wave()
    bruno = scope_of_opsn(world, "23096")
    day = world.now.date() + timedelta(days=2)
    note_id = notes(world, bruno, text="  Rappeler\0 jeudi.  ", call_again_on=day)
    with world.db.reading() as session:
        note = session.get_one(FollowUp, note_id)
        trace = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "follow_up_noted")
        ).one()
    assert (note.note, note.user_id, note.at) == ("Rappeler jeudi.", bruno.user_id, world.now)
    assert note.call_again_at is not None
    assert (paris(note.call_again_at).date(), paris(note.call_again_at).hour) == (day, 9)
    assert (trace.actor_id, trace.details) == (str(bruno.user_id), {"follow_up": note_id})


def test_a_territory_out_of_scope_is_hidden_as_one_that_does_not_exist(world: World) -> None:
    world.open_wave()
    chloe = scope_of_opsn(world, "87085")
    with pytest.raises(Hidden) as out_of_scope:
        notes(world, chloe, "23096")
    with pytest.raises(Hidden) as absent:
        note_follow_up(
            world.db,
            chloe,
            Author.user(chloe.user_id),
            10**12,
            world.wave_id,
            "…",
            call_again_on=None,
            now=world.now,
        )
    assert str(out_of_scope.value) == str(absent.value)
    assert kept(world) == 0


def test_a_reader_and_a_member_who_may_not_chase_are_refused(world: World) -> None:
    world.open_wave()
    with pytest.raises(NotAllowed):
        notes(world, scope_of_opsn(world, "23096", role=Role.READER))
    with pytest.raises(NotAllowed):
        notes(world, scope_of_opsn(world, "23008", may_chase=False), "23008")
    assert kept(world) == 0


def test_a_wave_that_does_not_exist_is_hidden(world: World) -> None:
    world.open_wave()
    with pytest.raises(Hidden):
        notes(world, scope_of_opsn(world, "23096"), wave_id=10**9)


def test_empty_long_and_late_notes_are_refused_with_a_way_on(world: World) -> None:
    world.open_wave()
    bruno = scope_of_opsn(world, "23096")
    with pytest.raises(EmptyNote):
        notes(world, bruno, text="  \n ")
    with pytest.raises(LongNote, match="2000"):
        notes(world, bruno, text="a" * (LONGEST + 1))
    with pytest.raises(CallInThePast):
        notes(world, bruno, call_again_on=world.now.date() - timedelta(days=1))
    assert kept(world) == 0
    assert notes(world, bruno, text="a" * LONGEST, call_again_on=paris(world.now).date())
