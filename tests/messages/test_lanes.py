"""Lanes: what each provider tolerates, and a server that is left in peace."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from app.messages.drain import drain
from app.messages.lanes import LANES, UnknownLane, lane_named, leave_slot, set_limits, take_slot
from app.messages.smtp import SmtpCarrier
from app.settings import BadSettings, Settings
from app.vocabulary.lanes import DOMAINS, lane_of
from tests.messages.post import (
    AJAIN,
    AUBUSSON,
    GUERET,
    by,
    change,
    invited,
    messages,
    open_with_contacts,
    send,
)
from tests.world import World


@pytest.fixture
def limits() -> Iterator[None]:
    """What the settings say here holds for this test alone."""
    yield
    set_limits({})


def test_orange_is_never_given_more_connections_than_it_takes(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    holders = [uuid4() for _ in range(3)]

    with world.db.transaction() as session:
        taken = [take_slot(session, LANES["orange"], holder) for holder in holders]
        leave_slot(session, LANES["orange"], holders[0])
        again = take_slot(session, LANES["orange"], holders[2])

    assert taken == [True, True, False]
    assert again


@pytest.mark.parametrize(
    ("mailbox", "lane"),
    [
        ("mairie@wanadoo.fr", "orange"),
        ("Mairie@ORANGE.FR", "orange"),
        ("mairie@club-internet.fr", "sfr"),
        ("mairie@free.fr", "free"),
        ("mairie@laposte.net", "laposte"),
        ("mairie@live.fr", "microsoft"),
        ("mairie@gmail.com", "gmail"),
        ("mairie@yahoo.fr", "yahoo"),
        ("mairie@gueret.invalid", "wide"),
        ("mairie@notgmail.com", "wide"),
    ],
)
def test_a_mailbox_goes_by_its_provider_s_lane(mailbox: str, lane: str) -> None:
    assert lane_of(mailbox) == lane


def test_every_provider_has_its_lane_and_each_domain_one() -> None:
    assert set(DOMAINS) < set(LANES)
    domains = [domain for found in DOMAINS.values() for domain in found]
    assert len(domains) == len(set(domains))


@pytest.mark.usefixtures("limits")
def test_the_settings_say_otherwise() -> None:
    set_limits(Settings.read({"LANES": "orange:1:50  gmail:5:500"}).lanes)

    assert (lane_named("orange").slots, lane_named("orange").per_connection) == (1, 50)
    assert (lane_named("gmail").slots, lane_named("gmail").per_connection) == (5, 500)
    assert lane_named("yahoo") == LANES["yahoo"]


@pytest.mark.usefixtures("limits")
def test_a_lane_of_another_release_drains_like_the_wide_one() -> None:
    set_limits({"wide": (7, 70)})

    assert (lane_named("minitel").slots, lane_named("minitel").per_connection) == (7, 70)


def test_a_lane_that_is_none_is_told() -> None:
    with pytest.raises(UnknownLane, match="«\u00a0wanadoo\u00a0»"):
        set_limits({"wanadoo": (1, 1)})


@pytest.mark.parametrize("written", ["orange", "orange:0:10", "orange:2", "orange:2:x", "a:1:1:1"])
def test_limits_that_say_nothing_are_told(written: str) -> None:
    with pytest.raises(BadSettings, match="LANES"):
        Settings.read({"LANES": written})


def closes_the_door(world: World) -> None:
    """The server says 421 to whoever knocks, and counts."""
    open_with_contacts(
        world,
        (GUERET, "a@gueret.invalid"),
        (AJAIN, "b@ajain.invalid"),
        (AUBUSSON, "c@aubusson.invalid"),
    )
    invited(world)
    world.smtp.reply = lambda _: "421 4.7.0 too many connections"


def test_a_server_that_closes_the_door_is_left_in_peace(world: World) -> None:
    closes_the_door(world)
    first = send(world)
    world.smtp.reply = lambda _: None

    others = [send(world) for _ in range(3)]

    assert (first.n_carried, first.server_down) == (1, True)
    assert [other.n_carried for other in others] == [0, 0, 0]
    assert world.smtp.received == []
    assert [row.tries for row in messages(world)] == [0, 0, 0]


def test_the_lane_is_taken_up_again_after_a_rest(world: World) -> None:
    closes_the_door(world)
    send(world)
    world.smtp.reply = lambda _: None

    change(world, "UPDATE lane_slots SET leased_until = leased_until - interval '2 minutes'")
    after = send(world)

    assert after.n_sent == 2
    assert {row.state for row in messages(world)} == {"sent", "queued"}


def test_another_lane_goes_on(world: World) -> None:
    closes_the_door(world)
    send(world)
    world.smtp.reply = lambda _: None

    change(world, "UPDATE messages SET lane = 'orange' WHERE last_reason IS NULL")

    assert send(world, "orange").n_sent == 2


def test_a_drain_under_way_keeps_its_slot_while_another_rests(world: World) -> None:
    closes_the_door(world)
    busy = uuid4()
    with world.db.transaction() as session:
        assert take_slot(session, LANES["wide"], busy)

    nobody = by(SmtpCarrier("127.0.0.1", 9))
    assert drain(world.db, nobody, world.letterhead, "wide", now=world.now).server_down

    with world.db.transaction() as session:
        assert not take_slot(session, LANES["wide"], uuid4())
        leave_slot(session, LANES["wide"], busy)
        assert take_slot(session, LANES["wide"], uuid4())
