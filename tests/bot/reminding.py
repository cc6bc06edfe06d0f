"""A reminder that the outbox writes in a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.campaigns.apply import plan_due
from app.messages.carriers import Outcome, OutcomeKind, Parcel
from app.messages.drain import drain
from app.vocabulary.scope import Channel
from tests.bot.phone import GUERET, Phone, tied
from tests.messages.post import by, carrier, invited
from tests.world import World


@dataclass
class Chats:
    """The outbox's way into conversations: what it was given to carry."""

    parcels: list[Parcel] = field(default_factory=list)
    on_this_machine: bool = True

    def connect(self) -> Chats:
        return self

    def carry(self, parcel: Parcel) -> Outcome:
        self.parcels.append(parcel)
        return Outcome(OutcomeKind.SENT, "200")

    def close(self) -> None:
        """Nothing is held."""


def reminded_here(world: World) -> Phone:
    """The secretary of Guéret's telephone, invited by mail, who asked for reminders there."""
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    invited(world)
    drain(world.db, by(carrier(world)), world.letterhead, "wide", now=world.now)
    phone = tied(world, Phone(world, writes_first=True))
    phone.presses("Oui")
    return phone


def is_reminded(world: World) -> str:
    """The reminder is due and leaves for the chat; its text."""
    chats = Chats()
    carriers = {**by(carrier(world)), Channel.TELEGRAM: chats}
    world.days_pass(16)
    plan_due(world.db, world.letterhead, now=world.now)
    drain(world.db, carriers, world.letterhead, "telegram", now=world.now)
    [parcel] = chats.parcels
    return parcel.text.replace("\u00a0", " ")
