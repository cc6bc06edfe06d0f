"""A code that has served serves again where it served, for a while, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.links.chats import Untied, chat_of, untie
from app.links.make import revoke
from app.links.tie_codes import DIGITS_LIVE
from app.links.tying import new_codes
from app.vocabulary.scope import Channel
from tests.links.chats import CHAT, link_of, refused, writes
from tests.world import World


@pytest.mark.parametrize("with_token", [True, False], ids=["deep link", "digits"])
def test_a_code_read_twice_in_the_chat_that_it_tied_opens_the_same(
    world: World, with_token: bool
) -> None:
    """The messenger repeats a message, or a process died before it could answer."""
    link_id = link_of(world)
    codes = new_codes(world.db, world.signer, link_id, now=world.now)
    typed = codes.token if with_token else codes.digits.code
    writes(world, typed)

    world.now += timedelta(minutes=5)

    assert writes(world, typed).id == link_id
    assert world.counts()["guesses"][0] == 0
    refused(world, typed, "another chat")


@pytest.mark.parametrize("with_token", [True, False], ids=["deep link", "digits"])
@pytest.mark.parametrize("then", ["a while later", "untied", "withdrawn"])
def test_a_code_read_twice_opens_nothing_that_is_over(
    world: World, with_token: bool, then: str
) -> None:
    link_id = link_of(world)
    codes = new_codes(world.db, world.signer, link_id, now=world.now)
    typed = codes.token if with_token else codes.digits.code
    writes(world, typed)

    with world.db.transaction() as session:
        if then == "a while later":
            world.now += DIGITS_LIVE
        elif then == "untied":
            chat_id = chat_of(session, Channel.TELEGRAM, CHAT)
            assert chat_id is not None
            untie(session, chat_id, because=Untied.CHAT, now=world.now)
        else:
            revoke(session, link_id, because="staff", now=world.now)

    refused(world, typed)
