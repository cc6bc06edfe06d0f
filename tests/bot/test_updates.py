"""What came in is kept once, answered once, and its words forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from app.models.chats import ChatUpdate
from app.vocabulary.scope import Channel
from bot import updates
from bot.channels.channel import Heard, Say
from tests.world import World

HEARD = Heard("deux agents, dont Jeanne Perrot", "tg:7", "4242", message_id="9")


def n_words(world: World) -> int:
    """How many rows still hold what somebody wrote or was told."""
    held = ChatUpdate.heard.is_not(None) | ChatUpdate.says.is_not(None)
    with world.db.reading() as session:
        return session.scalar(select(func.count()).where(held)) or 0


def test_the_same_update_again_is_the_same_row_however_far_it_went(world: World) -> None:
    first = updates.keep(world.db, Channel.TELEGRAM, HEARD, now=world.now)
    updates.thought(world.db, first, [Say("un"), Say("deux")], None)
    updates.said(world.db, first, 0, "31", Say("un"), last=False, now=world.now)

    again = updates.keep(world.db, Channel.TELEGRAM, HEARD, now=world.now)

    assert again.id == first.id
    assert (again.n_said, again.says, again.done) == (1, (Say("un"), Say("deux")), False)
    assert updates.waiting(world.db, Channel.TELEGRAM) == [again]
    assert updates.waiting(world.db, Channel.MATRIX) == []


def test_words_are_not_kept_once_all_is_said(world: World) -> None:
    one = updates.keep(world.db, Channel.TELEGRAM, HEARD, now=world.now)
    updates.thought(world.db, one, [Say("un")], None)
    assert n_words(world) == 1

    updates.said(world.db, one, 0, "31", Say("un"), last=True, now=world.now)

    assert n_words(world) == 0
    assert updates.waiting(world.db, Channel.TELEGRAM) == []


def test_a_week_later_nothing_is_left(world: World) -> None:
    updates.keep(world.db, Channel.TELEGRAM, HEARD, now=world.now)

    assert updates.purge_updates(world.db, now=world.now + timedelta(days=6)) == 0
    assert updates.purge_updates(world.db, now=world.now + timedelta(days=8)) == 1
