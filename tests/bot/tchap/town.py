"""The town hall of Guéret, asked in an open wave; its secretary Anne, and the bot."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import func, select

from app.links.chats import chat_of, tie
from app.links.preferring import prefer
from app.messages.outbox import Draft, queue_one
from app.models.cases import AnswerEvent
from app.models.chats import Chat, ChatUpdate
from app.models.contacts import Address
from app.models.messages import Message
from app.vocabulary.scope import Channel
from bot.channels.matrix_place import place_of
from tests.bot.tchap.person import Person, person
from tests.bot.tchap.process import Bot, listening
from tests.synapse import SERVER, Synapse
from tests.world import World

GUERET = "23096"
LONGEST = 200.0  # seconds: a scenario that hangs says so


class Town:
    """The town hall of Guéret, asked in an open wave; its secretary Anne, and the bot."""

    def __init__(self, world: World, synapse: Synapse, folder: Path) -> None:
        world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
        world.open_wave()
        self.world = world
        self.synapse = synapse
        self.folder = folder
        self.link_id, _ = world.link("answer", GUERET)

    def lives(
        self, scenario: Callable[[Bot, Person], Awaitable[None]], *, domains: str = SERVER
    ) -> Bot:
        """Play a scenario with the bot at work; it must end well when told."""

        async def with_anne() -> None:
            async with person(self.synapse, self.folder, "anne") as anne:
                await scenario(bot, anne)

        with listening(self.synapse, self.world, self.folder, domains) as bot:
            asyncio.run(asyncio.wait_for(with_anne(), LONGEST))
            assert bot.is_told_to_end() == 0
        return bot

    def ties(self, room_id: str, who: Person) -> None:
        """The conversation of this person in this room speaks for Guéret."""
        place = place_of(room_id, who.me)
        with self.world.db.transaction() as session:
            tie(session, Channel.MATRIX, place, self.link_id, now=self.world.now)

    def n_answers(self) -> int:
        with self.world.db.reading() as session:
            return session.scalar(select(func.count()).select_from(AnswerEvent)) or 0

    def is_invited(self, room_id: str, who: Person) -> None:
        """The conversation is where messages go, and an invitation is due there."""
        world = self.world
        with world.db.transaction() as session:
            chat_id = chat_of(session, Channel.MATRIX, place_of(room_id, who.me))
            assert chat_id is not None
            assert prefer(session, chat_id, self.link_id, now=world.now)
            address_id = session.get_one(Chat, chat_id).address_id
            assert address_id is not None
            draft = Draft(
                address_id=address_id,
                wave_id=world.wave_id,
                step="invitation",
                occasion="essai",
                case_ids=(world.case(GUERET, "inclusion").id,),
                not_before=world.now,
                link_id=self.link_id,
            )
            assert queue_one(session, draft) is not None

    def states(self, channel: str) -> list[str]:
        """Of the outbox's messages on this channel."""
        with self.world.db.reading() as session:
            found = select(Message.state).join(Address, Address.id == Message.address_id)
            return list(session.scalars(found.where(Address.channel == channel)))

    def n_kept(self) -> int:
        with self.world.db.reading() as session:
            return session.scalar(select(func.count()).select_from(ChatUpdate)) or 0

    def n_waiting(self) -> int:
        with self.world.db.reading() as session:
            undone = select(func.count()).where(ChatUpdate.done_at.is_(None))
            return session.scalar(undone.select_from(ChatUpdate)) or 0


async def in_a_room(town: Town, bot: Bot, anne: Person, *, encrypted: bool = True) -> str:
    """Anne and the bot in a room tied to Guéret, the choice of themes before her."""
    room_id = await anne.invite(bot.user, encrypted=encrypted)
    await anne.joined_by(room_id, bot.user)
    await anne.hears()
    town.ties(room_id, anne)
    await anne.says(room_id, "thèmes")
    await anne.hears_until("Quel thème")
    return room_id


def an_answer_to(asked: str) -> str:
    """What a hurried person types: the first choice, or a small number."""
    return "1" if re.search(r"^1\. ", asked, re.MULTILINE) else "0"
