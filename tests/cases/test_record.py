"""A case moves as its table allows, and always leaves a trace."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app.cases.record import IllegalMove, record, record_many
from app.models.cases import Case, CaseEvent
from app.vocabulary.dispositions import DISPOSITIONS, INITIAL, USUAL, D, may_move
from app.vocabulary.scope import Author
from tests.world import World

HOUSE = Author.system()


def all_cases(world: World) -> list[int]:
    with world.db.reading() as session:
        return list(session.scalars(select(Case.id).order_by(Case.id)))


def test_a_case_and_its_last_event_agree(world: World) -> None:
    world.open_wave()
    with world.db.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id).with_for_update()).first()
        assert case is not None
        record(session, case, D.STARTED, why="answered", by=HOUSE, at=world.now)
        record(session, case, D.COMPLETE, why="submitted", by=HOUSE, at=world.now)

    with world.db.reading() as session:
        events = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        ).all()
    assert [event.to_disposition for event in events][-2:] == ["started", "complete"]
    assert [event.from_disposition for event in events][-1] == "started"


def test_a_move_that_the_table_does_not_allow_is_refused(world: World) -> None:
    world.open_wave()
    with world.db.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id).with_for_update()).first()
        assert case is not None
        record(session, case, D.OUT_OF_FRAME, why="merged", by=HOUSE, at=world.now)

    with world.db.transaction() as session:
        held = session.get_one(Case, case.id)
        with pytest.raises(IllegalMove, match="Hors du champ"):
            record(session, held, D.INVITED, why="no", by=HOUSE, at=world.now)


def test_one_illegal_case_does_not_stop_a_bulk_move(world: World) -> None:
    world.open_wave()
    ids = all_cases(world)
    with world.db.transaction() as session:
        assert (
            record_many(session, ids[:1], D.DUPLICATE, why="x", by=HOUSE, at=world.now) == ids[:1]
        )

    with world.db.transaction() as session:
        moved = record_many(session, ids[:5], D.INVITED, why="sent", by=HOUSE, at=world.now)
        again = record_many(session, ids[:5], D.INVITED, why="sent", by=HOUSE, at=world.now)

    assert moved == ids[1:5]
    assert again == []


@pytest.mark.parametrize("code", list(D))
def test_every_disposition_has_its_label_and_a_way_in(code: D) -> None:
    row = DISPOSITIONS[code]
    assert row.label
    assert row.aapor[0] in "1234"
    assert code in INITIAL or any(code in other.leads_to for other in DISPOSITIONS.values())


def test_whoever_refused_or_answered_is_neither_invited_nor_reminded() -> None:
    left_alone = {D.COMPLETE, D.PARTIAL, D.REFUSED_BY_AUTHORITY, D.REFUSED_BY_PERSON}
    for code in left_alone:
        assert not DISPOSITIONS[code].may_be_invited
        assert not DISPOSITIONS[code].may_be_reminded


@pytest.mark.parametrize(
    ("share", "submitted", "ended"),
    [
        (1.0, D.COMPLETE, D.PARTIAL),
        (0.8, D.COMPLETE, D.PARTIAL),
        (0.79, D.PARTIAL, D.PARTIAL),
        (0.5, D.PARTIAL, D.PARTIAL),
        (0.49, D.PARTIAL, D.BROKEN_OFF),
        (0.0, D.PARTIAL, D.BROKEN_OFF),
    ],
)
def test_aapor_thresholds(share: float, submitted: D, ended: D) -> None:
    assert USUAL.of_submission(share) is submitted
    assert USUAL.at_wave_end(share) is ended


def test_whoever_writes_about_a_case_does_not_wait_for_it_to_move(world: World) -> None:
    world.open_wave()
    ids = all_cases(world)[:3]
    with world.db.transaction() as writing, world.db.transaction() as moving:
        # As the foreign key of a new message or event does.
        writing.execute(text("SELECT FROM cases WHERE id = ANY(:ids) FOR KEY SHARE"), {"ids": ids})
        moving.execute(text("SET LOCAL lock_timeout = '1s'"))
        moved = record_many(moving, ids, D.INVITED, why="sent", by=HOUSE, at=world.now)

    assert moved == ids


def test_paper_noted_late_may_still_be_entered_once_the_wave_is_extended() -> None:
    for answered in (D.STARTED, D.PARTIAL, D.COMPLETE):
        assert may_move(D.LATE, answered)
