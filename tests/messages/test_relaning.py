"""The providers' domains have changed: stored mailboxes go to the lane of today, beside workers."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.messages.relaning import Counted, Moved, relane, relaning_ahead
from app.vocabulary.lanes import LANE_OF_DOMAIN
from tests.messages.holds.boxes import all_invited, boxes
from tests.messages.post import change, messages, rows, send
from tests.world import World

PROVIDER = "orange.invalid"


class Interrupted(Exception):
    """The command is stopped in the middle."""


@pytest.fixture
def stored(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Five mailboxes in the wide lane, their invitations wait; a new version knows one domain."""
    boxes(world, PROVIDER, 3)
    boxes(world, "mairie.invalid", 2)
    all_invited(world)
    monkeypatch.setitem(LANE_OF_DOMAIN, PROVIDER, "orange")
    return world


def lanes(world: World) -> dict[str, tuple[str, str]]:
    """Of each mailbox: its lane, and its message's."""
    found = rows(
        world,
        "SELECT addresses.value, addresses.lane AS own, messages.lane FROM addresses "
        "JOIN messages ON messages.address_id = addresses.id ORDER BY addresses.value",
    )
    return {row.value: (row.own, row.lane) for row in found}


def in_their_lane(world: World) -> bool:
    return all(
        found == (("orange",) * 2 if value.endswith(PROVIDER) else ("wide",) * 2)
        for value, found in lanes(world).items()
    )


def test_what_would_move_is_told_and_nothing_is_written(stored: World) -> None:
    before = lanes(stored)
    with stored.db.reading() as session:
        ahead = relaning_ahead(session)

    assert ahead.moves == {("wide", "orange"): Counted(3, 3)}
    assert ahead.lanes == {"orange": Counted(3, 3), "wide": Counted(2, 2)}
    assert lanes(stored) == before


def test_mailboxes_and_what_waits_for_them_move(stored: World) -> None:
    assert relane(stored.db, batch=2) == Moved(3, 3)

    assert in_their_lane(stored)
    assert relane(stored.db) == Moved(0, 0)
    with stored.db.reading() as session:
        assert relaning_ahead(session).moves == {}


def test_what_moved_leaves_by_its_new_lane(stored: World) -> None:
    relane(stored.db)

    assert send(stored, "orange").n_sent == 3
    assert send(stored).n_sent == 2


def test_interrupted_it_keeps_what_it_did_and_is_begun_again(stored: World) -> None:
    def stop_at_once(_: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        relane(stored.db, progress=stop_at_once, batch=2)
    assert not in_their_lane(stored)

    assert relane(stored.db, batch=2) == Moved(1, 1)
    assert in_their_lane(stored)


def test_a_message_that_is_leaving_is_neither_waited_for_nor_moved(stored: World) -> None:
    first, second = messages(stored)[-2:]
    assert first.value.endswith(PROVIDER)
    change(
        stored,
        "UPDATE messages SET state = 'sending', "
        "leased_until = clock_timestamp() + interval '1 hour' WHERE id = :id",
        id=first.id,
    )
    with stored.db.transaction() as worker:  # claims, and has not committed yet
        worker.execute(
            text("SELECT FROM messages WHERE id = :id FOR UPDATE"), {"id": second.id}
        ).one()
        worker.execute(
            text("SELECT FROM addresses WHERE id = :id FOR UPDATE"), {"id": second.address_id}
        ).one()
        assert relane(stored.db) == Moved(2, 1)

    change(stored, "UPDATE messages SET state = 'queued', leased_until = NULL")
    assert relane(stored.db) == Moved(1, 2)
    assert in_their_lane(stored)


def test_a_forgotten_mailbox_and_what_has_left_stay_as_they_are(stored: World) -> None:
    send(stored)
    change(
        stored,
        "UPDATE addresses SET state = 'erased', value = 'erased:' || id, lane = 'minitel' "
        "WHERE value LIKE '%mairie.invalid'",
    )

    assert relane(stored.db) == Moved(3, 0)

    kept = {row.lane for row in rows(stored, "SELECT lane FROM addresses WHERE state = 'erased'")}
    assert kept == {"minitel"}
    assert {row.lane for row in messages(stored)} == {"wide"}
