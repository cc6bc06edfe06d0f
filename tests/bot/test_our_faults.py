"""A bug of ours: the person is told, once; what they wrote stays between us; the chat goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.vocabulary.scope import Channel
from bot import updates
from bot.channels import matrix, matrix_line, telegram, telegram_line
from bot.channels.channel import Heard, Say
from bot.channels.matrix_client import SentFile
from bot.channels.matrix_folder import Folder
from bot.conversation import SORRY, answer, apologise, take_turn
from bot.desk import Desk
from bot.door import come_in
from bot.turns import Turns
from tests.bot.phone import Phone, texts
from tests.bot.test_updates import n_words
from tests.world import World

SECRET = "deux agents, dont Jeanne Perrot"


class OurBug(Exception):
    """What the dialogue dies of; like many an error, it quotes what it could not read."""


@pytest.fixture
def buggy(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The dialogue dies of a bug, until it is mended."""

    def dies(*args: Any, **kwargs: Any) -> list[Say]:
        raise OurBug(SECRET)

    monkeypatch.setattr("bot.conversation.come_in", dies)
    return lambda: monkeypatch.setattr("bot.conversation.come_in", come_in)


def desk_of(world: World) -> Desk:
    return Desk(world.db, world.letterhead)


def heard_on(phone: Phone) -> Heard:
    return Heard(SECRET, "tg:the-fault", phone.external_id)


def test_whoever_meets_a_bug_is_told_once_and_goes_on(
    world: World, phone: Phone, buggy: Callable[[], None]
) -> None:
    heard, before = heard_on(phone), len(phone.sent)
    with pytest.raises(OurBug):
        take_turn(desk_of(world), phone, heard, now=world.now)
    (one,) = updates.waiting(world.db, phone.channel)

    apologise(desk_of(world), phone, one, now=world.now)

    assert [say for _, say in phone.sent[before:]] == [Say(SORRY)]
    assert updates.waiting(world.db, phone.channel) == []
    assert n_words(world) == 0
    buggy()
    assert phone.takes(heard) == []
    assert "Quel thème" in texts(phone.hears("reprendre"))


def test_what_was_said_before_the_bug_stays_said(world: World, phone: Phone) -> None:
    before = len(phone.sent)
    one = updates.keep(world.db, phone.channel, heard_on(phone), now=world.now)
    updates.thought(world.db, one, [Say("Noté."), Say("Puis ?"), Say("Jamais dit")], None)
    updates.said(world.db, one, 0, "31", Say("Noté."), last=False, now=world.now)
    updates.said(world.db, one, 1, "32", Say("Puis ?"), last=False, now=world.now)
    (left,) = updates.waiting(world.db, phone.channel)

    apologise(desk_of(world), phone, left, now=world.now)

    assert [say.text for _, say in phone.sent[before:]] == [SORRY]
    assert updates.waiting(world.db, phone.channel) == []


def test_a_turn_that_ended_after_all_is_not_apologised_for(world: World, phone: Phone) -> None:
    take_turn(desk_of(world), phone, heard_on(phone), now=world.now)
    done = updates.keep(world.db, phone.channel, heard_on(phone), now=world.now)
    before = len(phone.sent)

    apologise(desk_of(world), phone, done, now=world.now)

    assert len(phone.sent) == before


class Mute(Phone):
    """Nothing can be said, not even that we are sorry."""

    def send(self, external_id: str, say: Say) -> str:  # noqa: ARG002
        raise OurBug(say.text)


def test_where_even_this_cannot_be_said_it_is_said_at_the_next_start(
    world: World, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(phone.sent)
    one = updates.keep(world.db, phone.channel, heard_on(phone), now=world.now)

    apologise(desk_of(world), Mute(world), one, now=world.now)

    assert SORRY not in caplog.text
    assert f"turn {one.id} is left: OurBug at test_our_faults.py" in caplog.text
    (left,) = updates.waiting(world.db, phone.channel)
    answer(desk_of(world), phone, left, now=world.now)
    assert [say.text for _, say in phone.sent[before:]] == [SORRY]


def at_once() -> Iterator[float]:
    """Waits of no time, for ever."""
    while True:
        yield 0.0


class TelegramMouth(telegram_line.Line):
    """What Telegram would be sent."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def post(self, payload: Mapping[str, Any]) -> str:
        self.said.append(payload["text"])
        return str(len(self.said))


class TchapMouth(matrix_line.Line):
    """What Tchap would be sent. A server takes what bears a name it knows for a repeat."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.names: list[str] = []

    def files_of(self, say: Say) -> list[SentFile]:  # noqa: ARG002
        return []

    def post(
        self,
        room_id: str,  # noqa: ARG002
        texts: Sequence[str],
        files: Sequence[SentFile],  # noqa: ARG002
        key: str,
        *,
        timeout: float | None = None,  # noqa: ARG002
    ) -> str:
        if key not in self.names:
            self.names.append(key)
            self.said += texts
        return key


def on_telegram(world: World, monkeypatch: pytest.MonkeyPatch, heard: Heard) -> list[str]:
    """One turn of Telegram's process; what it said."""
    house = world.house
    house = replace(house, settings=replace(house.settings, telegram_token="1:token"))
    monkeypatch.setattr(telegram, "growing", at_once)
    monkeypatch.setattr(telegram, "now", lambda: world.now)
    listening = telegram._Listening(house)
    listening._line = mouth = TelegramMouth()
    listening._turn(updates.keep(world.db, Channel.TELEGRAM, heard, now=world.now))
    listening._turns.stop()
    return mouth.said


def on_tchap(
    world: World, monkeypatch: pytest.MonkeyPatch, heard: Heard, tmp_path: Path
) -> list[str]:
    """One turn of Tchap's process; what it said."""
    monkeypatch.setattr(matrix, "growing", at_once)
    monkeypatch.setattr(matrix, "now", lambda: world.now)
    folder = Folder(tmp_path)
    listening = matrix._Listening(world.house, folder)
    listening._line = mouth = TchapMouth()
    listening._turn(updates.keep(world.db, Channel.MATRIX, heard, now=world.now))
    listening._turns.stop()
    folder.close()
    return mouth.said


@pytest.mark.parametrize("messenger", ["telegram", "tchap"])
@pytest.mark.usefixtures("buggy")
def test_after_a_few_tries_each_messenger_tells_of_a_bug_and_logs_no_word(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    messenger: str,
) -> None:
    heard = Heard(SECRET, "the fault", "4242")

    if messenger == "telegram":
        said = on_telegram(world, monkeypatch, heard)
    else:
        said = on_tchap(world, monkeypatch, heard, tmp_path)

    assert said == [SORRY]
    assert "OurBug at test_our_faults.py" in caplog.text
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    assert "Perrot" not in caplog.text
    assert updates.waiting(world.db, Channel.TELEGRAM) == []
    assert updates.waiting(world.db, Channel.MATRIX) == []


def test_a_turn_that_dies_holds_its_room_up_for_nobody(caplog: pytest.LogCaptureFixture) -> None:
    turns, over = Turns(1), threading.Event()

    def dies() -> None:
        raise OurBug(SECRET)

    turns.add("a room", dies)
    turns.add("a room", over.set)

    assert over.wait(timeout=30)
    turns.stop()
    assert "OurBug at test_our_faults.py" in caplog.text
    assert "Perrot" not in caplog.text
