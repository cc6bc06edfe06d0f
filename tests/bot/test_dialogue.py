"""What a conversation holds, whatever the messenger."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from app.collect.delegate import delegate
from app.collect.reopen import reopen
from app.collect.submit import submit
from app.interview.kinds.registry import KINDS
from app.links.make import revoke
from app.models.cases import AnswerEvent
from app.models.chats import Prompt
from app.models.contacts import Link
from app.vocabulary.scope import Channel
from bot import phrases
from bot.channels.channel import Heard, Messenger, Say
from bot.channels.terminal import TerminalChat
from bot.conversation import begin, take_turn
from bot.main import MESSENGERS, NoMessenger, run_bot
from bot.prompts import tie
from tests.collect.answers import says
from tests.collect.teams import letters, plans
from tests.world import World

GUERET = "23096"


@dataclass
class Phone:
    """A messenger with buttons, that others than the State run."""

    channel: Channel = Channel.TELEGRAM
    external_id: str = "4242"
    confidential_allowed: bool = False
    sent: list[Say] = field(default_factory=list)

    def send(self, say: Say) -> str:
        self.sent.append(say)
        return f"message-{len(self.sent)}"


class Chatting:
    """The secretary of Guéret, on her phone."""

    def __init__(self, world: World) -> None:
        world.contact(GUERET, "mairie@gueret.invalid")
        world.open_wave()
        self.world = world
        self.phone = Phone()
        self.link_id, _ = world.link("answer", GUERET)
        messenger: Messenger = self.phone
        self.chat_id = tie(
            world.db, messenger.channel, messenger.external_id, self.link_id, now=world.now
        )
        begin(world.db, world.letterhead, messenger, self.chat_id, now=world.now)

    def hears(self, text: str, update: int, button_of: str | None = None) -> list[str]:
        heard = Heard(text, f"tg:{update}", button_of)
        return take_turn(
            self.world.db,
            self.world.letterhead,
            self.phone,
            self.chat_id,
            heard,
            now=self.world.now,
        )

    def message_asking(self, question: str) -> str:
        """The name of the message that asked this question first."""
        for number, say in enumerate(self.phone.sent, start=1):
            if say.asked is not None and say.asked.question == question:
                return f"message-{number}"
        raise AssertionError(f"{question} was not asked")


@pytest.fixture
def chatting(world: World) -> Chatting:
    return Chatting(world)


def n_events(world: World) -> int:
    with world.db.reading() as session:
        return session.scalar(select(func.count()).select_from(AnswerEvent)) or 0


def test_every_kind_of_question_has_its_words() -> None:
    assert set(phrases.RENDERERS) == set(KINDS)


def test_every_prompt_sent_is_kept(world: World, chatting: Chatting) -> None:
    chatting.hears("inclusion", 1)

    with world.db.reading() as session:
        prompts = session.scalars(select(Prompt).order_by(Prompt.id)).all()
    assert [(one.kind, one.question) for one in prompts] == [
        ("choice_of_theme", None),
        ("question", "mediation_place"),
    ]


def test_buttons_are_the_options_of_the_question(chatting: Chatting) -> None:
    chatting.hears("inclusion", 1)

    labels = [button.label for button in chatting.phone.sent[-1].buttons]
    assert labels == ["Oui", "Prévu dans les 12 mois", "Non", "Je ne sais pas"]


def test_an_old_button_answers_its_own_question(world: World, chatting: Chatting) -> None:
    chatting.hears("inclusion", 1)
    chatting.hears("non", 2)

    chatting.hears("1", 3, button_of=chatting.message_asking("referral"))
    said = chatting.hears("1", 4, button_of=chatting.message_asking("mediation_place"))

    assert said[0].startswith("Une autre réponse vient d’être donnée")
    answers = world.response(GUERET, "inclusion").answers
    assert answers["referral"]["value"] == "yes"
    assert answers["mediation_place"]["value"] == "no"


def test_the_same_update_twice_is_one_answer(world: World, chatting: Chatting) -> None:
    chatting.hears("inclusion", 1)
    button = chatting.message_asking("mediation_place")

    first = chatting.hears("3", 2, button_of=button)
    again = chatting.hears("3", 2, button_of=button)

    assert first[0] == again[0] == "Noté\u00a0: Non."
    assert n_events(world) == 1


def test_cybersecurity_is_neither_asked_nor_shown_on_telegram(
    world: World, chatting: Chatting
) -> None:
    said = chatting.hears("cybersécurité", 1)

    assert "ne se remplit pas sur cette messagerie" in said[0]
    assert "/r/" in said[0]
    assert all(say.asked is None or say.asked.question is None for say in chatting.phone.sent)


def test_an_old_choice_brings_no_submitted_cybersecurity_answer_back(world: World) -> None:
    """Her losing answer was handed in meanwhile, and the theme reopened: it starts blank."""
    world.open_wave()
    who = world.respondent(GUERET, channel=Channel.TERMINAL)
    assert who.link_id is not None
    chat = TerminalChat(world.db, world.letterhead, who.link_id)
    chat.begin(world.now)
    chat.say("cybersécurité", world.now)
    assert chat.asked is not None
    assert chat.asked.question is not None
    answers = {chat.asked.question: 50}
    says(world, who, answers, source="form:site", theme="cybersecurite")
    assert "Gardez la réponse" in chat.say("12", world.now)[0]
    submit(world.db, who, "cybersecurite", world.letterhead, now=world.now)
    reopen(world.db, who, "cybersecurite", now=world.days_pass(1))

    said = chat.say("2", world.days_pass(1))

    assert "Noté" not in said[0]
    assert said[-1].startswith("Question 1 sur")
    assert world.response(GUERET, "cybersecurite").answers == {}


def test_a_withdrawn_link_ends_the_conversation(world: World, chatting: Chatting) -> None:
    with world.db.transaction() as session:
        revoke(session, chatting.link_id, because="staff", now=world.now)

    said = chatting.hears("inclusion", 1)

    assert said == [said[0]]
    assert "Demandez-en un nouveau" in said[0]


def test_a_colleague_goes_straight_to_the_theme_they_were_handed(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    delegate(
        world.db,
        world.respondent(GUERET),
        "communication",
        "julie@gueret.invalid",
        world.letterhead,
        name=None,
        now=world.now,
    )
    with world.db.reading() as session:
        link_id = session.scalars(select(Link.id).where(Link.purpose == "delegate")).one()
    chat = TerminalChat(world.db, world.letterhead, link_id)

    said = chat.begin(world.now)

    assert said[1].startswith("Question 1 sur")
    assert chat.asked is not None
    assert chat.asked.theme == "communication"
    assert chat.say("thèmes", world.now)[0].count("\n") == 1


def test_the_bot_says_when_it_has_no_messenger(world: World) -> None:
    assert "telegram" not in MESSENGERS
    with pytest.raises(NoMessenger, match="barometre chat"):
        run_bot(world.house, "telegram")


def test_where_somebody_validates_the_chat_asks_instead_of_sending(
    world: World, chatting: Chatting
) -> None:
    plans(world, validator="maire@gueret.invalid")
    chatting.hears("inclusion", 1)
    chatting.hears("non", 2)

    offered = chatting.hears("envoyer", 3)
    said = chatting.hears("oui", 4)

    assert "demander sa validation" in offered[0]
    assert said[0] == phrases.VALIDATION_ASKED
    assert world.disposition(GUERET) == "started"
    assert [one.value for one in letters(world, "validation")] == ["maire@gueret.invalid"]
