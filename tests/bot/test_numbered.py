"""A messenger that numbers a conversation knows what came first, also while the network is cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import select
from telegram.error import BadRequest, NetworkError, TimedOut

from app.models.chats import Prompt
from bot import phrases, updates
from bot.channels.channel import Heard, Say
from bot.channels.telegram_api import may_have_come_through
from bot.conversation import answer
from bot.desk import Desk
from bot.prompts import PromptKind
from tests.bot.phone import GUERET, Phone, kept, texts, tied
from tests.world import World


@dataclass
class Numbered(Phone):
    """Their messages and ours have numbers of one series."""

    n_messages: int = 0

    def number(self) -> int:
        self.n_messages += 1
        return self.n_messages

    def send(self, external_id: str, say: Say) -> str:
        super().send(external_id, say)
        name = str(self.number())
        self.sent[-1] = (name, say)
        return name

    def written(self, text: str) -> Heard:
        """What the person sends now, whenever it comes to us."""
        number = self.number()
        return Heard(text, f"tg:{number}", self.external_id, message_id=str(number), number=number)

    def writes(self, text: str) -> list[Say]:
        self.world.days_pass(1 / 86_400)
        return self.takes(self.written(text))

    def tries_again(self, heard: Heard, *, tried_at: datetime) -> list[Say]:
        """The turn of a message whose answer may have come through already: nobody told us."""
        desk, world = Desk(self.world.db, self.world.letterhead), self.world
        one = updates.keep(world.db, self.channel, heard, now=world.now)
        world.days_pass(10 / 86_400)
        return answer(desk, self, one, now=lambda: world.now, tried_at=tried_at)


@pytest.fixture
def telephone(world: World) -> Numbered:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    telephone = Numbered(world)
    tied(world, telephone)
    telephone.writes("inclusion")
    return telephone


def answered(world: World) -> dict[str, object]:
    return {code: one["value"] for code, one in world.response(GUERET, "inclusion").answers.items()}


def test_what_was_written_before_our_question_and_came_after_it_answers_the_former(
    world: World, telephone: Numbered
) -> None:
    correction = telephone.written("oui")
    telephone.writes("non")

    said = texts(telephone.takes(correction))

    assert said.startswith("À la question «\u00a0Votre collectivité fait-elle vivre")
    assert answered(world) == {"mediation_place": "yes"}


def test_what_was_written_below_our_question_answers_it_before_we_know_that_it_was_sent(
    world: World, telephone: Numbered
) -> None:
    telephone.seconds = 3  # until Telegram's answer comes; the question was there at once
    telephone.writes("non")

    telephone.takes(telephone.written("oui"), seconds_ago=2)

    assert answered(world) == {"mediation_place": "no", "referral": "yes"}


@pytest.mark.parametrize("words", ["non", "1", "communication", "merci beaucoup pour tout ça"])
def test_where_nobody_knows_what_they_had_read_the_question_is_asked_again(
    world: World, telephone: Numbered, words: str
) -> None:
    first = telephone.written("non")
    tried_at = world.now
    crossed = telephone.written(words)  # below a first copy of question 2, or below question 1
    world.days_pass(5 / 86_400)
    received = updates.keep(world.db, telephone.channel, crossed, now=world.now)
    telephone.tries_again(first, tried_at=tried_at)

    desk = Desk(world.db, world.letterhead)
    said = texts(answer(desk, telephone, received, now=world.now))

    assert said.startswith(phrases.CROSSED)
    assert "Question 2 sur" in said
    assert answered(world) == {"mediation_place": "no"}
    telephone.writes("oui")
    assert answered(world) == {"mediation_place": "no", "referral": "yes"}


@pytest.mark.parametrize(
    ("words", "told"), [("aide", "Répondez par un numéro, ou"), ("stop", "C’est noté, nous n’écri")]
)
def test_what_is_no_answer_is_obeyed_whatever_they_had_read(
    world: World, telephone: Numbered, words: str, told: str
) -> None:
    first = telephone.written("non")
    crossed = telephone.written(words)
    world.days_pass(5 / 86_400)
    telephone.tries_again(first, tried_at=world.now - timedelta(seconds=5))

    said = telephone.takes(crossed, seconds_ago=12)

    assert texts(said).startswith(told)


def test_what_came_before_the_first_try_answers_what_was_there(
    world: World, telephone: Numbered
) -> None:
    first, second = telephone.written("non"), telephone.written("oui")
    received = updates.keep(world.db, telephone.channel, second, now=world.now)
    world.days_pass(1 / 86_400)
    telephone.tries_again(first, tried_at=world.now)

    answer(Desk(world.db, world.letterhead), telephone, received, now=world.now)

    assert kept(world, "mediation_place") == "yes"


def test_an_offer_to_send_that_may_not_have_been_read_sends_nothing(
    world: World, telephone: Numbered
) -> None:
    telephone.writes("non")
    submitting, crossed = telephone.written("envoyer"), telephone.written("oui")
    world.days_pass(5 / 86_400)
    received = updates.keep(world.db, telephone.channel, crossed, now=world.now)
    telephone.tries_again(submitting, tried_at=world.now - timedelta(seconds=5))

    said = answer(Desk(world.db, world.letterhead), telephone, received, now=world.now)

    assert said[-1].asked is not None
    assert said[-1].asked.kind is PromptKind.SUBMIT
    assert world.response(GUERET, "inclusion").submitted_at is None


def test_that_it_was_tried_before_is_no_part_of_what_is_asked(
    world: World, telephone: Numbered
) -> None:
    telephone.tries_again(telephone.written("non"), tried_at=world.now)
    telephone.writes("bof")  # asked again, by a prompt of its own

    with world.db.reading() as session:
        details = session.scalars(select(Prompt.details).order_by(Prompt.id.desc())).all()
    assert "tried_at" in details[1]
    assert details[0] == {"misread": 1}


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "may_have"),
    [
        (caused(NetworkError("cut"), httpx.ReadError("cut")), True),
        (caused(TimedOut(), httpx.ReadTimeout("late")), True),
        (NetworkError("Bad Gateway"), True),
        (caused(NetworkError("refused"), httpx.ConnectError("refused")), False),
        (caused(TimedOut(), httpx.ConnectTimeout("late")), False),
        (caused(TimedOut(), httpx.PoolTimeout("busy")), False),
        (BadRequest("wrong"), False),
        (ValueError("ours"), False),
    ],
    ids=str,
)
def test_a_call_may_have_come_through_if_it_left_and_nobody_answered(
    error: Exception, may_have: bool
) -> None:
    assert may_have_come_through(error) is may_have
