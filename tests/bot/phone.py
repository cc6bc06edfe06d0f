"""A messenger of tests: what it is sent is kept, and anything can be done to it by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.collect.open import opened
from app.interview.values import Value
from app.links.chats import tie
from app.vocabulary.scope import Channel
from bot.channels.channel import Button, Heard, Messenger, Say, Thing
from bot.conversation import take_turn
from bot.desk import Desk
from tests.collect.answers import says
from tests.world import World

GUERET = "23096"


@dataclass
class Phone:
    """One conversation on a messenger with buttons. As it is, others than the State run it."""

    world: World
    channel: Channel = Channel.TELEGRAM
    external_id: str = "4242"
    confidential_allowed: bool = False
    results_allowed: bool = False
    writes_first: bool = False
    longest: int = 4_096
    seconds: float = 0  # that a message of ours takes to be delivered
    sent: list[tuple[str, Say]] = field(default_factory=list)
    n_heard: int = 0

    def send(self, external_id: str, say: Say) -> str:
        assert external_id == self.external_id
        self.world.days_pass(self.seconds / 86_400)
        name = f"message-{len(self.sent) + 1}"
        self.sent.append((name, say))
        return name

    def hears(
        self,
        text: str,
        *,
        thing: Thing = Thing.TEXT,
        reply_to: str | None = None,
        edits: str | None = None,
        seconds_ago: float = 0,
    ) -> list[Say]:
        """One message comes in, a second after the last; what was said.

        `edits`: the person's own message that was changed. `seconds_ago`: it was written then.
        """
        self.n_heard += 1
        self.world.days_pass(1 / 86_400)
        heard = Heard(
            text,
            source=f"tg:{self.external_id}:{self.n_heard}",
            external_id=self.external_id,
            message_id=edits or f"mine-{self.n_heard}",
            reply_to=reply_to,
            thing=thing,
            edited=edits is not None,
        )
        return self.takes(heard, seconds_ago=seconds_ago)

    def takes(self, heard: Heard, *, seconds_ago: float = 0) -> list[Say]:
        """The turn of this very update: the same one again is a repeat."""
        desk = Desk(self.world.db, self.world.letterhead)
        if seconds_ago:
            self.world.days_pass(-seconds_ago / 86_400)
        says = take_turn(desk, self, heard, now=lambda: self.world.now)
        if seconds_ago:
            self.world.days_pass(seconds_ago / 86_400)
        return says

    def presses(self, label: str, *, question: str | None = None) -> list[Say]:
        """The newest button of that label; or the one of the first message asking a question."""
        name, button = self._button(label, question)
        return self.hears(button.reply, thing=Thing.BUTTON, reply_to=name)

    def asking(self, question: str) -> str:
        """The name of the message that asked this question first."""
        for name, say in self.sent:
            if say.asked is not None and say.asked.question == question:
                return name
        raise AssertionError(f"{question} was not asked")

    def _button(self, label: str, question: str | None) -> tuple[str, Button]:
        among = self.sent if question else list(reversed(self.sent))
        for name, say in among:
            asked = say.asked.question if say.asked else None
            for button in say.buttons:
                if button.label == label and question in (None, asked):
                    return name, button
        raise AssertionError(f"no button says {label}")


def tied(world: World, phone: Phone) -> Phone:
    """The telephone of Guéret's secretary, which said hello."""
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        tie(session, phone.channel, phone.external_id, link_id, now=world.now)
    messenger: Messenger = phone  # what every messenger must give
    assert messenger is phone
    phone.hears("/start")
    return phone


def texts(said: list[Say]) -> str:
    """What was said, as one text."""
    return "\n\n".join(say.text for say in said)


def kept(world: World, question: str) -> object:
    """The answer of Guéret that counts, in its first theme."""
    return world.response(GUERET, "inclusion").answers[question]["value"]


def says_on_the_site(world: World, question: str, value: Value) -> None:
    """The same link answers a question again, on the site."""
    who = world.respondent(GUERET)
    with world.db.reading() as session:
        shown = opened(session, who, "inclusion", now=world.now).answers[question].event
    saved = says(world, who, {question: value}, source="form:site", seen={question: shown})
    assert saved.kept == (question,)
