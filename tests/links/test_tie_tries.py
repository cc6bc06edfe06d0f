"""Whoever tries codes is slowed, and a good one opens after the wait."""

from __future__ import annotations

from app.links.guesses import ALLOWANCES, What, note, purge_guesses
from app.links.tying import hash_of_chat
from app.vocabulary.scope import Channel
from tests.links.chats import (
    CHAT,
    digits,
    forged,
    link_of,
    refused,
    token,
    writes,
)
from tests.world import World

ALLOWED = ALLOWANCES[What.CHAT_CODE]


def another_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_thousand_wrong_codes_open_nothing_and_the_good_one_opens_after_the_wait(
    world: World,
) -> None:
    link_id = link_of(world)
    good = digits(world, link_id).code
    wrong = [f"{number:06}" for number in range(1_001) if f"{number:06}" != good][:1_000]

    assert len({refused(world, code) for code in wrong}) == 1
    assert refused(world, good) == refused(world, wrong[0])

    assert world.counts()["guesses"][0] == ALLOWED.from_one
    world.now += ALLOWED.within
    assert writes(world, digits(world, link_id).code).id == link_id


def tried_by_many(world: World, n_tries: int, channel: Channel = Channel.TELEGRAM) -> None:
    """As many chats were each wrong once."""
    with world.db.transaction() as session:
        for number in range(n_tries):
            where = hash_of_chat(world.letterhead.secret, channel, f"robot {number}")
            note(session, What.CHAT_CODE, where, now=world.now)


def test_a_few_who_try_everything_shut_the_door_on_nobody_who_types_rightly(world: World) -> None:
    link_id = link_of(world)
    good = digits(world, link_id).code
    tried_by_many(world, ALLOWED.in_all)

    refused(world, another_than(good), "hurried neighbour")
    refused(world, good, "hurried neighbour")  # wrong once in the rush: a wait, or the deep link
    refused(world, good, "robot 0")
    assert writes(world, good, "neighbour").id == link_id


def test_one_who_was_wrong_in_the_rush_gets_in_after_it(world: World) -> None:
    link_id = link_of(world)
    tried_by_many(world, ALLOWED.in_all)
    refused(world, another_than(digits(world, link_id).code))

    world.now += ALLOWED.within

    assert writes(world, digits(world, link_id).code).id == link_id


def test_a_crowd_is_slowed_and_a_deep_link_still_opens(world: World) -> None:
    link_id = link_of(world)
    good = digits(world, link_id).code
    tried_by_many(world, ALLOWED.in_all + ALLOWED.newcomers)

    refused(world, good, "neighbour")
    assert writes(world, token(world, link_id), "neighbour").id == link_id


def test_a_crowd_on_one_messenger_slows_nobody_on_another(world: World) -> None:
    link_id = link_of(world)
    good = digits(world, link_id).code
    tried_by_many(world, ALLOWED.in_all + ALLOWED.newcomers, Channel.MATRIX)

    refused(world, another_than(good))
    assert writes(world, good).id == link_id


def test_talk_is_no_guess(world: World) -> None:
    for said in ("Bonjour", "12345", "1234567", forged(world, link_of(world))):
        refused(world, said)

    assert world.counts()["guesses"][0] == 0


def test_tries_are_forgotten_like_the_others(world: World) -> None:
    refused(world, "123456")
    world.days_pass(1.1)

    assert purge_guesses(world.db, now=world.now) == 1


def test_a_chat_s_tries_are_counted_under_a_name_that_tells_nothing(world: World) -> None:
    one = hash_of_chat(world.letterhead.secret, Channel.TELEGRAM, CHAT)

    assert CHAT not in one
    assert one != hash_of_chat(world.letterhead.secret, Channel.MATRIX, CHAT)
    assert one != hash_of_chat("another secret", Channel.TELEGRAM, CHAT)
