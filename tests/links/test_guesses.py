"""Whoever tries codes one after the other is slowed, and the others are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import Database
from app.links.codes import code_of, letter_link
from app.links.guesses import (
    ALLOWANCES,
    NoCode,
    TooManyGuesses,
    What,
    WrongCode,
    hash_of,
    note,
    open_with_code,
    purge_guesses,
    wait_before,
)
from app.vocabulary.french_dates import wait_in_words
from tests.world import World

GUERET = "23096"
WRONG = "7KQ4-M2XP-B"
ALLOWED = ALLOWANCES[What.CODE]


def tries(world: World, typed: str, where: str = "a") -> str:
    return open_with_code(world.db, world.signer, typed, where, now=world.now)


def wrong(world: World, times: int, where: str = "a") -> None:
    for _ in range(times):
        with pytest.raises(WrongCode):
            tries(world, WRONG, where)


def good_code(world: World) -> str:
    with world.db.transaction() as session:
        link_id = letter_link(session, world.signer, world.territory(GUERET).id, now=world.now)
        return code_of(session, world.signer, link_id, now=world.now)


def test_after_a_few_mistakes_one_waits_even_with_the_good_code(world: World) -> None:
    good = good_code(world)
    wrong(world, ALLOWED.from_one)

    with pytest.raises(TooManyGuesses, match="Attendez 15\u00a0minutes"):
        tries(world, good)
    world.now += ALLOWED.within
    assert world.signer.read(tries(world, good), "answer")


def test_waiting_impatiently_does_not_make_it_longer(world: World) -> None:
    wrong(world, ALLOWED.from_one)
    world.now += ALLOWED.within - timedelta(seconds=30)
    for _ in range(50):
        with pytest.raises(TooManyGuesses, match="Attendez 30\u00a0secondes"):
            tries(world, WRONG)

    world.now += timedelta(seconds=30)
    wrong(world, 1)


def test_a_neighbour_is_not_slowed_but_a_crowd_is(world: World) -> None:
    wrong(world, ALLOWED.from_one)
    wrong(world, 1, "b")
    with world.db.transaction() as session:
        for number in range(ALLOWED.in_all):
            note(session, What.CODE, f"robot {number}", now=world.now)

    with pytest.raises(TooManyGuesses):
        tries(world, good_code(world), "c")
    world.now += ALLOWED.within
    assert tries(world, good_code(world), "c")


def test_nothing_typed_is_no_guess(world: World) -> None:
    before = world.counts()["guesses"]

    for typed in ("", "  \n"):
        with pytest.raises(NoCode):
            tries(world, typed)

    assert world.counts()["guesses"] == before


def test_two_tries_at_once_from_one_network_are_one_after_the_other(world: World) -> None:
    second = Database(world.app_url)
    with world.db.transaction() as one, second.transaction() as other:
        assert not wait_before(one, What.CODE, "a", now=world.now)
        assert wait_before(other, What.CODE, "a", now=world.now)
        assert not wait_before(other, What.CODE, "b", now=world.now)
    second.close()


def test_a_subscriber_s_many_addresses_count_as_one() -> None:
    def hashed(address: str) -> str:
        return hash_of("secret", address)

    assert hashed("2001:db8:1:2::1") == hashed("2001:db8:1:2:ffff::9")
    assert hashed("2001:db8:1:3::1") == hashed("2001:db8:1:2::1")  # a /56 is one home's
    assert hashed("2001:db8:2:2::1") != hashed("2001:db8:1:2::1")
    assert hashed("::ffff:192.0.2.1") == hashed("192.0.2.1")
    assert hashed("::ffff:192.0.2.2") != hashed("::ffff:192.0.2.1")
    assert hashed("192.0.2.1") != hashed("192.0.2.2")
    assert hash_of("other", "192.0.2.1") != hashed("192.0.2.1")
    assert "192.0.2.1" not in hashed("192.0.2.1")
    assert hashed("") == hashed("")


def test_tries_are_forgotten_after_a_day(world: World) -> None:
    wrong(world, 3)
    world.days_pass(1.1)
    wrong(world, 1)

    assert purge_guesses(world.db, now=world.now) == 3
    assert purge_guesses(world.db, now=world.now) == 0


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(seconds=0.2), "1\u00a0seconde"),
        (timedelta(seconds=59), "59\u00a0secondes"),
        (timedelta(seconds=60), "1\u00a0minute"),
        (timedelta(minutes=14, seconds=1), "15\u00a0minutes"),
    ],
)
def test_a_wait_is_told_long_enough(wait: timedelta, said: str) -> None:
    assert wait_in_words(wait) == said
