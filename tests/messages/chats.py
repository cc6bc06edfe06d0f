"""A town hall that is written to on its telephone, in the words of the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.links.chats import tie
from app.links.preferring import prefer
from app.messages.carriers import Carriers, Outcome, OutcomeKind, Parcel
from app.messages.drain import drain
from app.vocabulary.scope import Channel
from tests.messages.post import by, carrier, messages
from tests.world import World

PHONE = "4242"
MAIRIE = "mairie@gueret.invalid"


@dataclass
class Messenger:
    """A messenger's server: takes messages, or says what it is told to say."""

    on_this_machine: bool = True
    says: OutcomeKind = OutcomeKind.SENT
    carried: list[Parcel] = field(default_factory=list)

    def connect(self) -> Messenger:
        return self

    def carry(self, parcel: Parcel) -> Outcome:
        self.carried.append(parcel)
        return Outcome(self.says, "200" if self.says is OutcomeKind.SENT else "403")

    def close(self) -> None: ...


def carriers(world: World, messenger: Messenger) -> Carriers:
    """What a worker would carry with, where Telegram is on."""
    return {**by(carrier(world)), Channel.TELEGRAM: messenger}


def send_in_chats(world: World, messenger: Messenger) -> None:
    """A worker drains Telegram’s lane once."""
    drain(world.db, carriers(world, messenger), world.letterhead, "telegram", now=world.now)


def prefers_the_chat(world: World, *codes: str) -> int:
    """These communes' secretary tied her telephone, and wants our messages there."""
    chat_id = 0
    for code in codes:
        link_id, _ = world.link("answer", code)
        with world.db.transaction() as session:
            chat_id = tie(session, Channel.TELEGRAM, PHONE, link_id, now=world.now)
            assert prefer(session, chat_id, link_id, now=world.now)
    world.days_pass(0.01)
    return chat_id


def ways(world: World) -> list[tuple[str, str, str]]:
    """Each message’s step, channel and state, oldest first."""
    return [(one.step, one.channel, one.state) for one in messages(world)]
