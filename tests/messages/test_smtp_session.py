"""What is said to a mail server and in what order, and what each of its replies means."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.carriers import Outcome, OutcomeKind
from app.messages.smtp import SmtpCarrier
from app.messages.smtp_session import Session
from tests.messages.test_mime import parcel

HELLO = "250-server\r\n250-SIZE 100000\r\n250 PIPELINING"
PLAIN_HELLO = "250 server"
K = OutcomeKind


@dataclass
class Scripted:
    """A server that replies by the first word it is told; a reply of None hangs up instead."""

    replies: dict[str, str | None]
    port: int = 0
    heard: list[str] = field(default_factory=list)  # commands, and each text in one piece
    n_connections: int = 0

    def reply(self, command: str) -> str | None:
        self.heard.append(command)
        word = command.split(":")[0].split(" ")[0].upper()
        usual = {"EHLO": HELLO, "DATA": "354 go on", "TEXT": "250 2.0.0 taken", "QUIT": "221 bye"}
        return self.replies.get(word, usual.get(word, "250 OK"))

    def serve(self, connection: socket.socket) -> None:
        self.n_connections += 1
        with connection, connection.makefile("rwb") as lines:
            said: str | None = self.replies.get("GREETING", "220 hello")
            while said is not None:
                lines.write(f"{said}\r\n".encode())
                lines.flush()
                if said.startswith("354"):
                    said = self.reply(f"TEXT {self.text(lines.readline)}")
                    continue
                line = lines.readline().decode().strip()
                if not line:
                    return
                said = self.reply(line)

    @staticmethod
    def text(read: Callable[[], bytes]) -> str:
        lines: list[str] = []
        while (line := read().decode()) not in (".\r\n", ""):
            lines.append(line.removeprefix("."))
        return "".join(lines)


@contextmanager
def scripted(**replies: str | None) -> Iterator[Scripted]:
    server = Scripted(replies)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                try:
                    server.serve(connection)
                except OSError:
                    continue

        served = threading.Thread(target=accept, daemon=True)
        served.start()
        server.port = listening.getsockname()[1]
        yield server
        listening.shutdown(socket.SHUT_RDWR)
    served.join(5)


def carried(server: Scripted, n: int = 1) -> list[Outcome]:
    connection = SmtpCarrier("127.0.0.1", server.port).connect()
    outcomes = [connection.carry(parcel()) for _ in range(n)]
    connection.close()
    return outcomes


def words(server: Scripted) -> list[str]:
    return [re.split("[: ]", command)[0].upper() for command in server.heard]


def test_three_things_are_asked_at_once_and_the_size_is_said() -> None:
    with scripted() as server:
        outcomes = carried(server, 2)

    assert [one.kind for one in outcomes] == [K.SENT, K.SENT]
    one_mail = ["MAIL", "RCPT", "DATA", "TEXT"]
    assert words(server) == ["EHLO", *one_mail, *one_mail, "QUIT"]
    text = server.heard[4].removeprefix("TEXT ")
    assert server.heard[1] == f"MAIL FROM:<barometre@barometre.invalid> SIZE={len(text)}"
    assert server.heard[2] == "RCPT TO:<mairie@gueret.invalid>"


def test_a_server_that_wants_one_thing_at_a_time_gets_it() -> None:
    with scripted(EHLO=PLAIN_HELLO) as server:
        (outcome,) = carried(server)

    assert outcome.kind is K.SENT
    assert words(server) == ["EHLO", "MAIL", "RCPT", "DATA", "TEXT", "QUIT"]


REPLIES: dict[str, tuple[dict[str, str | None], OutcomeKind, str]] = {
    "unknown mailbox": ({"RCPT": "550 5.1.1 who?", "DATA": "503 no one"}, K.BOUNCED, "550 5.1.1"),
    "unknown, yet go on": ({"RCPT": "550 5.1.1 who?", "TEXT": "554 x"}, K.BOUNCED, "550 5.1.1"),
    "policy": ({"RCPT": "550 5.7.1 no", "DATA": "503 x"}, K.REFUSED, "550 5.7.1"),
    "greylisted": ({"RCPT": "450 4.7.1 later", "DATA": "503 x"}, K.DEFERRED, "450 4.7.1"),
    "busy": ({"RCPT": "451 4.3.0 busy", "DATA": "503 x"}, K.DEFERRED, "451 4.3.0"),
    "full": ({"RCPT": "452 4.2.2 full", "DATA": "503 x"}, K.DEFERRED, "452 4.2.2"),
    "closing": ({"RCPT": "421 4.7.0 too many", "DATA": "421 x"}, K.DOWN, "421 4.7.0"),
    "sender refused": (
        {"MAIL": "550 5.7.1 no", "RCPT": "503 x", "DATA": "503 x"},
        K.DOWN,
        "550",
    ),
    "sender's allowance": (
        {"RCPT": "550 5.1.90 enough today", "DATA": "503 x"},
        K.REFUSED,
        "550 5.1.90",
    ),
    "too large": (
        {"MAIL": "552 5.3.4 too large", "RCPT": "503 x", "DATA": "503 x"},
        K.REFUSED,
        "552 5.3.4",
    ),
    "too large, in old words": (
        {"MAIL": "552 too large", "RCPT": "503 x", "DATA": "503 x"},
        K.REFUSED,
        "552",
    ),
    "no data": ({"DATA": "451 4.3.0 disk full"}, K.DEFERRED, "451 4.3.0"),
    "spam": ({"TEXT": "554 5.7.1 spam"}, K.REFUSED, "554 5.7.1"),
    "later, after all": ({"TEXT": "450 4.2.0 later"}, K.DEFERRED, "450 4.2.0"),
    "closing at the end": ({"TEXT": "421 4.3.2 closing"}, K.DOWN, "421 4.3.2"),
    "forwarded": ({"RCPT": "251 elsewhere"}, K.SENT, "250"),
    "hung up before": ({"MAIL": None}, K.DOWN, "disconnected"),
    "hung up after": ({"TEXT": None}, K.UNCONFIRMED, "unconfirmed"),
}


@pytest.mark.parametrize("hello", [HELLO, PLAIN_HELLO], ids=["pipelining", "plain"])
@pytest.mark.parametrize(("replies", "kind", "detail"), REPLIES.values(), ids=REPLIES)
def test_each_reply_has_its_meaning(
    hello: str, replies: dict[str, str | None], kind: OutcomeKind, detail: str
) -> None:
    with scripted(EHLO=hello, **replies) as server:
        (outcome,) = carried(server)

    assert (outcome.kind, outcome.detail) == (kind, detail)


@pytest.mark.parametrize("hello", [HELLO, PLAIN_HELLO], ids=["pipelining", "plain"])
def test_after_a_refusal_the_next_mail_goes_by_the_same_connection(hello: str) -> None:
    with scripted(EHLO=hello, RCPT="550 5.1.1 who?", DATA="503 no one") as server:
        outcomes = carried(server, 3)

    assert [one.kind for one in outcomes] == [K.BOUNCED] * 3
    assert server.n_connections == 1
    assert words(server).count("RSET") == 3


def test_a_server_that_waits_for_a_text_for_nobody_gets_an_empty_one() -> None:
    with scripted(RCPT="550 5.1.1 who?", TEXT="554 5.5.1 no recipients") as server:
        carried(server)

    assert [one for one in server.heard if one.startswith("TEXT")] == ["TEXT "]


def test_a_mail_that_may_have_been_taken_is_not_said_again_at_once() -> None:
    """A connection kept, cut after the text: repeating is for later, and counts as a try."""
    with scripted() as server:
        connection = SmtpCarrier("127.0.0.1", server.port).connect()
        assert connection.carry(parcel()).kind is K.SENT
        server.replies["TEXT"] = None

        outcome = connection.carry(parcel())
        connection.close()

    assert outcome.kind is K.UNCONFIRMED
    assert words(server).count("TEXT") == 2


def test_a_connection_cut_before_the_text_is_opened_again() -> None:
    with scripted() as server:
        connection = SmtpCarrier("127.0.0.1", server.port).connect()
        assert connection.carry(parcel()).kind is K.SENT
        assert connection._server is not None
        assert connection._server.sock is not None
        assert connection._server.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        connection._server.sock.shutdown(socket.SHUT_RDWR)

        again = connection.carry(parcel())
        connection.close()

    assert again.kind is K.SENT
    assert server.n_connections == 2


LINES = st.lists(st.text(".ab", max_size=4), min_size=1, max_size=6)


@given(LINES)
def test_dots_arrive_as_they_left(lines: list[str]) -> None:
    content = "".join(f"{line}\r\n" for line in lines)
    here, there = socket.socketpair()
    with here, there, there.makefile("rwb") as server:
        session = Session(timeout=5)
        session.give_up_at = float("inf")
        session.sock = here
        there.sendall(b"250 taken\r\n")

        session._text(content.encode())

        assert Scripted.text(server.readline) == content
        assert session.file is not None
        session.file.close()
