"""A chat is tied once, by what was shown to one person; whoever has nothing learns nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.db import Database
from app.links.chats import chat_of
from app.links.make import revoke
from app.links.tie_codes import DIGITS_LIVE
from app.links.tying import NotTied, hash_of_chat, new_codes, tie_with
from app.vocabulary.scope import Channel
from tests.links.chats import (
    CHAT,
    GUERET,
    digits,
    forged,
    link_of,
    opens,
    refused,
    token,
    writes,
)
from tests.world import World


def test_a_deep_link_ties_a_chat_to_its_link(world: World) -> None:
    link_id = link_of(world)

    link = writes(world, token(world, link_id))

    assert (link.id, link.territory.name) == (link_id, "Guéret")
    with world.db.reading() as session:
        chat_id = chat_of(session, Channel.TELEGRAM, CHAT)
    assert chat_id is not None
    assert opens(world, chat_id) == [link_id]


@pytest.mark.parametrize("spelt", ["{}", " {} ", "{0:.3} {1}", "{0:.3}-{1}", "{0:.3}\u00a0{1}"])
def test_six_digits_tie_a_chat_however_they_are_typed(world: World, spelt: str) -> None:
    link_id = link_of(world)
    code = digits(world, link_id).code

    assert writes(world, spelt.format(code, code[3:])).id == link_id


def test_the_deep_link_is_not_the_answer_link(world: World) -> None:
    link_id, answer = world.link("answer", GUERET)

    assert token(world, link_id) != answer
    refused(world, answer)


def used_token(world: World, link_id: UUID) -> str:
    made = token(world, link_id)
    writes(world, made, "another chat")
    return made


def revoked_token(world: World, link_id: UUID) -> str:
    made = token(world, link_id)
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)
    return made


def unknown_token(world: World, link_id: UUID) -> str:
    return world.signer.token(uuid4(), "chat", world.signer.key_id)


def used_digits(world: World, link_id: UUID) -> str:
    code = digits(world, link_id).code
    writes(world, code, "another chat")
    return code


def revoked_digits(world: World, link_id: UUID) -> str:
    code = digits(world, link_id).code
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)
    return code


def expired_digits(world: World, link_id: UUID) -> str:
    code = digits(world, link_id).code
    world.now += DIGITS_LIVE
    return code


def former_digits(world: World, link_id: UUID) -> str:
    code = digits(world, link_id).code
    while digits(world, link_id).code == code:
        continue
    return code


@pytest.mark.parametrize(
    "dead",
    [
        *(forged, used_token, revoked_token, unknown_token),
        *(used_digits, revoked_digits, expired_digits, former_digits),
    ],
)
def test_what_ties_nothing_is_told_like_a_hello(
    world: World, dead: Callable[[World, UUID], str]
) -> None:
    """Forged, used, expired, revoked: an untied chat learns not even that something existed."""
    typed = dead(world, link_of(world))

    assert refused(world, typed) == refused(world, "Bonjour") == refused(world, "")
    with world.db.reading() as session:
        assert chat_of(session, Channel.TELEGRAM, CHAT) is None


def test_six_digits_serve_until_their_last_second(world: World) -> None:
    code = digits(world, link_of(world)).code
    world.now += DIGITS_LIVE - timedelta(seconds=1)

    assert writes(world, code)


@pytest.mark.parametrize("with_token", [True, False], ids=["deep link", "digits"])
def test_of_two_chats_at_once_with_one_code_one_is_tied(world: World, with_token: bool) -> None:
    link_id = link_of(world)
    codes = new_codes(world.db, world.signer, link_id, now=world.now)
    typed = codes.token if with_token else codes.digits.code
    together = threading.Barrier(8)
    outcomes: list[UUID | None] = []

    def writes_it(chat: str) -> None:
        db = Database(world.app_url, pool_size=1)
        where = hash_of_chat(world.letterhead.secret, Channel.TELEGRAM, chat)
        together.wait()
        try:
            tie = tie_with(db, world.signer, Channel.TELEGRAM, chat, typed, where, now=world.now)
            outcomes.append(tie.id)
        except NotTied:
            outcomes.append(None)
        finally:
            db.close()

    threads = [threading.Thread(target=writes_it, args=(f"chat {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (outcomes.count(link_id), outcomes.count(None)) == (1, 7)
    assert world.counts()["chat_ties"][0] == 1
