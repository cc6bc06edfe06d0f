"""A real SMTP server on 127.0.0.1 that keeps what it is given, and can be made to misbehave."""

from __future__ import annotations

from asyncio import BaseTransport
from asyncio.base_events import Server
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Received:
    """One mail as it arrived."""

    sender: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class Sink:
    """What arrived, and what to answer: `reply(recipient)` gives a line, or None to accept."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    reply: Callable[[str], str | None] = lambda _: None
    reply_to_data: Callable[[EmailMessage], str | None] = lambda _: None
    pipelining: bool = True  # says that it may be asked several things at once, as Postfix does
    n_open: int = 0  # connections now
    most_open: int = 0  # at once, ever
    carried: Counter[object] = field(default_factory=Counter)  # mails, by connection

    @property
    def messages(self) -> list[EmailMessage]:
        return [one.message for one in self.received]

    def to(self, recipient: str) -> list[EmailMessage]:
        """The mails of one mailbox, oldest first."""
        return [one.message for one in self.received if recipient in one.recipients]

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        first, *rest = responses  # the first line is the server's name
        return [first, "250-PIPELINING", *rest] if self.pipelining else responses

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answer = self.reply(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        answer = self.reply_to_data(message)
        if answer is not None:
            return answer
        self.carried[session.peer] += 1
        self.received.append(Received(envelope.mail_from, list(envelope.rcpt_tos), message))
        return "250 2.0.0 OK"


@contextmanager
def running_sink(port: int = 0) -> Iterator[Sink]:
    """Start a sink on a free port (or the one given), stop it at the end."""
    sink = Sink()
    # Port 0 lets the kernel choose; aiosmtpd's own readiness probe needs the number it chose.
    controller = _FreePort(sink, hostname="127.0.0.1", port=port)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


class _Counted(SMTP):
    """A session that the sink counts while it lasts."""

    def connection_made(self, transport: BaseTransport) -> None:
        self.event_handler.n_open += 1
        self.event_handler.most_open = max(self.event_handler.most_open, self.event_handler.n_open)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.n_open -= 1
        super().connection_lost(error)


class _FreePort(Controller):
    """A controller that learns which port the kernel gave it."""

    server: Server

    def factory(self) -> SMTP:
        return _Counted(self.handler)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
