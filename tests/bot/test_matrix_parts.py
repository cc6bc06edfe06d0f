"""The parts of the Tchap bot that need no server: its folder, its turns, the outbox's carrier."""

from __future__ import annotations

import stat
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from app.messages.carriers import Attachment, OutcomeKind, Parcel
from bot.channels.channel import Unreachable
from bot.channels.matrix import TchapNotSetUp, listen
from bot.channels.matrix_carrier import MatrixCarrier
from bot.channels.matrix_client import Account, OtherAccount, SentFile, ServerRefused
from bot.channels.matrix_folder import Folder, Session, StoreTaken
from bot.main import set_up
from bot.turns import Turns
from tests.world import World

ROOM = "!room:tchap.example"
SESSION = Session("@bot:tchap.example", "DEVICE", "token", started_at_ms=1, read_up_to="s12")


def test_the_folder_is_for_this_account_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "tchap")
    folder.keep(SESSION)
    folder.close()

    assert stat.S_IMODE((tmp_path / "tchap").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "tchap" / "session.json").stat().st_mode) == 0o600


def test_what_the_folder_keeps_outlives_its_process(tmp_path: Path) -> None:
    first = Folder(tmp_path)
    assert first.session() is None
    first.keep(replace(SESSION, read_up_to=""))
    first.keep(SESSION)
    first.close()

    second = Folder(tmp_path)
    assert second.session() == SESSION
    second.close()


def test_two_processes_never_share_the_keys(tmp_path: Path) -> None:
    first = Folder(tmp_path)
    with pytest.raises(StoreTaken, match="Un autre processus"):
        Folder(tmp_path)
    first.close()

    Folder(tmp_path).close()


def test_the_folder_of_another_account_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.keep(SESSION)
    with pytest.raises(OtherAccount, match="MATRIX_STORE"):
        Account("http://127.0.0.1:1", "@other:tchap.example", "", folder)
    folder.close()


def test_without_an_account_it_says_what_is_missing(world: World) -> None:
    assert "tchap" not in set_up(world.settings)
    with pytest.raises(TchapNotSetUp, match="MATRIX_DOMAINS"):
        listen(world.house)


def test_turns_of_a_room_come_in_order() -> None:
    turns = Turns(4)
    heard: list[int] = []
    for number in range(50):
        turns.add(ROOM, partial(heard.append, number))
    over = threading.Event()
    turns.add(ROOM, over.set)
    assert over.wait(30)
    turns.stop()

    assert heard == list(range(50))


def test_rooms_are_answered_side_by_side() -> None:
    """Each of the two waits for the other: one after the other, neither would end."""
    turns, meeting, met = Turns(2), threading.Barrier(2, timeout=30), threading.Semaphore(0)

    def meet() -> None:
        meeting.wait()
        met.release()

    turns.add("!one:tchap.example", meet)
    turns.add("!two:tchap.example", meet)
    assert met.acquire(timeout=30)
    assert met.acquire(timeout=30)
    turns.stop()


def test_told_to_stop_it_ends_the_turn_under_way_and_begins_no_other() -> None:
    turns, begun = Turns(1), threading.Event()
    heard: list[str] = []

    def first() -> None:
        begun.set()
        turns.stopping.wait(30)
        heard.append("first")

    turns.add(ROOM, first)
    turns.add(ROOM, partial(heard.append, "second"))
    assert begun.wait(30)
    turns.stop()

    assert heard == ["first"]


class Posted:
    """A way into rooms that keeps what it is given, or fails as it is told."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure = failure
        self.posted: list[tuple[str, tuple[str, ...], tuple[SentFile, ...], str]] = []

    def __call__(
        self,
        place: str,
        texts: Sequence[str],
        files: Sequence[SentFile],
        key: str,
        *,
        timeout: float | None = None,
    ) -> str:
        assert timeout is not None
        if self.failure is not None:
            raise self.failure
        self.posted.append((place, tuple(texts), tuple(files), key))
        return "$sent"


def parcel(world: World, *, tries: int = 1) -> Parcel:
    return Parcel(
        message_id=UUID(int=7),
        tries=tries,
        channel="matrix",
        step="reminder",
        recipient=ROOM,
        address_id=1,
        case_ids=(1,),
        simulated=True,
        carry_before=0.0,
        written_at=world.now,
        sender_name="",
        sender_address="",
        reply_to="",
        subject="Rappel",
        text="Bonjour.",
        html="",
        kept_subject="Rappel",
        kept_text="Bonjour.",
        stop_url="",
        attachments=(Attachment("fiche.pdf", "application/pdf", b"%PDF-"),),
    )


def test_a_message_of_the_outbox_is_written_in_its_room_under_one_name(world: World) -> None:
    post = Posted()
    connection = MatrixCarrier(post, on_this_machine=True).connect()

    first = connection.carry(parcel(world))
    connection.carry(parcel(world, tries=2))

    assert first.kind is OutcomeKind.SENT
    place, texts, files, key = post.posted[0]
    assert (place, texts) == (ROOM, ("Bonjour.",))
    assert files == (SentFile("fiche.pdf", "application/pdf", b"%PDF-"),)
    assert post.posted[1][3] == key


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Unreachable(), OutcomeKind.BOUNCED),
        (ServerRefused("M_TOO_LARGE"), OutcomeKind.REFUSED),
        (TimeoutError(), OutcomeKind.DOWN),
        (CancelledError(), OutcomeKind.DOWN),
    ],
    ids=["left", "too large", "too slow", "told to stop"],
)
def test_what_becomes_of_a_message_that_cannot_be_written(
    world: World, failure: BaseException, kind: OutcomeKind
) -> None:
    outcome = MatrixCarrier(Posted(failure), on_this_machine=True).connect().carry(parcel(world))

    assert outcome.kind is kind
    assert outcome.reason.endswith(".")
