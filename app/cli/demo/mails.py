"""A mail server that keeps what it is given in a folder: the demo's only post office."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller

from app.errors import Refused
from app.vocabulary.french_dates import day_and_hour

HOST = "127.0.0.1"
OURS = "X-Demo-Recipient: "  # the first line of a kept mail: whose mailbox it is


class PortTaken(Refused):
    """Something else listens there."""

    sentence = (
        "Le port {port} de cette machine est déjà pris. Arrêtez ce qui l’occupe, "
        "par exemple une autre démonstration, ou choisissez-en un autre."
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived; `number` counts from 1 in the order of arrival."""

    number: int
    recipient: str
    subject: str
    date: str
    text: str
    html: str
    attachments: tuple[tuple[str, bytes], ...]
    headers: tuple[tuple[str, str], ...]


class Mails:
    """The mails of a folder, which outlive the process; safe for several threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = threading.Lock()
        self._recipients: list[str] = []
        for path in sorted(folder.glob("*.eml")):
            first_line = path.read_bytes().partition(b"\r\n")[0]
            self._recipients.append(first_line.decode().removeprefix(OURS))

    def __len__(self) -> int:
        return len(self._recipients)

    def clear(self) -> None:
        """Begin anew with an empty folder."""
        with self._lock:
            for path in self.folder.glob("*.eml"):
                path.unlink()
            self._recipients.clear()

    def keep(self, recipient: str, content: bytes) -> None:
        """Keep one mail, with the mailbox it was meant for."""
        with self._lock:
            self._recipients.append(recipient.lower())
            path = self.folder / f"{len(self._recipients):06d}-{_sign(recipient)}.eml"
            arriving = path.with_suffix(".new")
            arriving.write_bytes(f"{OURS}{recipient.lower()}\r\n".encode() + content)
            arriving.rename(path)

    def read(self, number: int) -> Mail:
        """One mail by its number; KeyError if there is none."""
        path = next(self.folder.glob(f"{number:06d}-*.eml"), None)
        if path is None:
            raise KeyError(number)
        return _mail(path)

    def newest_first(self, matching: str = "") -> Iterable[int]:
        """Numbers of the mails to a mailbox that contains this text, the newest first."""
        wanted = matching.strip().lower()
        for number in range(len(self._recipients), 0, -1):
            if wanted in self._recipients[number - 1]:
                yield number

    def to(self, recipient: str) -> list[Mail]:
        """The mails of one mailbox, the oldest first, whichever process received them."""
        return [_mail(path) for path in sorted(self.folder.glob(f"*-{_sign(recipient)}.eml"))]


class PostOffice:
    """Receives by SMTP on this machine only; refuses for good the mailboxes that do not exist."""

    def __init__(self, mails: Mails, port: int) -> None:
        self.mails = mails
        self.port = port
        self.unknown: set[str] = set()
        self._controller = Controller(self, hostname=HOST, port=port)

    def open(self) -> None:
        """Begin to receive; `PortTaken` when the port is."""
        try:
            self._controller.start()
        except OSError as error:
            raise PortTaken(port=self.port) from error

    def close(self) -> None:
        self._controller.stop()

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address.lower() in self.unknown:
            return "550 5.1.1 User unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        for recipient in envelope.rcpt_tos:
            self.mails.keep(recipient, envelope.content)
        return "250 2.0.0 OK"


def _sign(recipient: str) -> str:
    """A short name for a mailbox in the name of a file."""
    return hashlib.sha256(recipient.lower().encode()).hexdigest()[:12]


def _sent_on(header: str | None) -> str:
    return day_and_hour(parsedate_to_datetime(header)) if header else ""


def _mail(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Mail(
        number=int(path.name.partition("-")[0]),
        recipient=str(message[OURS.partition(":")[0]]),
        subject=str(message["Subject"]),
        date=_sent_on(message["Date"]),
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
        attachments=tuple(
            (part.get_filename() or "piece-jointe", cast("bytes", part.get_payload(decode=True)))
            for part in message.iter_attachments()
        ),
        headers=tuple((name, str(value)) for name, value in message.items()),
    )
