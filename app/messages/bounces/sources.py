"""Where returned mail is read: an IMAP folder, a Maildir, or one mail handed over by a server.

A mail is marked as read only once what it says is committed: whatever stops us, it is read again,
and counts once. What no rule knows is also marked as important, for the person who must read it.
"""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from app.errors import Refused
from app.messages.bounces.applying import Taken
from app.messages.bounces.reading import LARGEST
from app.settings import Settings
from app.vocabulary.mail_reports import ReportKind

MOST_AT_ONCE = 1_000  # mails of one reading: the next one goes on
TIMEOUT = 30.0  # seconds for one exchange with the IMAP server
READ_UP_TO = LARGEST + 1
IMAP_PORT, IMAPS_PORT = 143, 993


class BoxClosed(Refused):
    """The mailbox of returned mail cannot be read."""

    sentence = (
        "La boîte des messages revenus ne s’ouvre pas ({why}). "
        "Vérifiez {setting}, puis relancez la lecture."
    )


class MailStuck(Refused):
    """One mail cannot be read, or not be marked as read; it is nothing about the others."""

    sentence = (
        "Un message revenu ne se lit pas, ou ne se marque pas comme lu ({why}). Les autres sont "
        "traités. Vérifiez {setting}, puis relancez la lecture."
    )


class MailGone(Exception):
    """Another reader took the mail away meanwhile."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that waits in a box: how to read it, and what to call once it is dealt with.

    Both raise `MailStuck` for this mail alone, `BoxClosed` when the whole box is lost.
    """

    read: Callable[[], bytes]
    done: Callable[[Taken], None]


# Opened for the time of one reading.
Box = Callable[[], AbstractContextManager[Iterator[Waiting]]]


def boxes_of(settings: Settings) -> list[Box]:
    """The boxes that the settings name; none where nobody reads returned mail."""
    boxes: list[Box] = []
    if settings.bounce_maildir is not None:
        boxes.append(maildir(settings.bounce_maildir))
    if settings.bounce_imap_url:
        boxes.append(imap(settings.bounce_imap_url))
    return boxes


def maildir(folder: Path) -> Box:
    """The new mails of a Maildir; those dealt with go to `cur`, as seen."""

    @contextmanager
    def opened() -> Iterator[Iterator[Waiting]]:
        if not ((folder / "new").is_dir() and (folder / "cur").is_dir()):
            raise BoxClosed(why="ce n’est pas un dossier Maildir", setting="BOUNCE_MAILDIR")
        files = sorted(path for path in (folder / "new").iterdir() if path.is_file())
        yield (_in_file(path, folder / "cur") for path in files[:MOST_AT_ONCE])

    return opened


def _in_file(path: Path, seen: Path) -> Waiting:
    def read() -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(READ_UP_TO)
        except FileNotFoundError:
            raise MailGone from None
        except OSError as error:
            raise MailStuck(why=type(error).__name__, setting="BOUNCE_MAILDIR") from None

    def done(taken: Taken) -> None:
        flags = "FS" if taken.kind is ReportKind.OTHER else "S"
        try:
            path.rename(seen / f"{path.name.partition(':')[0]}:2,{flags}")
        except FileNotFoundError:
            return  # another reader moved it meanwhile: it did the same
        except OSError as error:
            raise MailStuck(why=type(error).__name__, setting="BOUNCE_MAILDIR") from None

    return Waiting(read, done)


def piped(stream: BinaryIO) -> Box:
    """The one mail that a mail server writes to our standard input."""

    @contextmanager
    def opened() -> Iterator[Iterator[Waiting]]:
        yield iter([Waiting(lambda: stream.read(READ_UP_TO), lambda _taken: None)])

    return opened


def imap(url: str) -> Box:
    """The unseen mails of an IMAP folder, `imaps://user:password@host/folder`."""

    @contextmanager
    def opened() -> Iterator[Iterator[Waiting]]:
        with _refusals():
            connection = _connected(url)
        try:
            with _refusals():
                yield _unseen(connection)
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                connection.logout()

    return opened


def _connected(url: str) -> imaplib.IMAP4:
    address = urlsplit(url)
    host = address.hostname or ""
    if address.scheme == "imaps":
        context = ssl.create_default_context()
        port = address.port or IMAPS_PORT
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, port, ssl_context=context, timeout=TIMEOUT
        )
    else:
        connection = imaplib.IMAP4(host, address.port or IMAP_PORT, timeout=TIMEOUT)
    try:
        connection.login(unquote(address.username or ""), unquote(address.password or ""))
        folder = unquote(address.path.strip("/")) or "INBOX"
        _agreed(connection.select('"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'))
    except (imaplib.IMAP4.error, OSError):
        connection.shutdown()
        raise
    return connection


def _unseen(connection: imaplib.IMAP4) -> Iterator[Waiting]:
    (found,) = _agreed(connection.uid("SEARCH", "UNSEEN"))
    for uid in (found or b"").decode("ascii").split()[:MOST_AT_ONCE]:
        yield _by_uid(connection, uid)


def _by_uid(connection: imaplib.IMAP4, uid: str) -> Waiting:
    def read() -> bytes:
        with _refusals(), _refusal_of_one():
            fetched = _agreed(connection.uid("FETCH", uid, f"(BODY.PEEK[]<0.{READ_UP_TO}>)"))
        raw = next((part[1] for part in fetched if isinstance(part, tuple)), None)
        if raw is None:
            raise MailGone
        return bytes(raw)

    def done(taken: Taken) -> None:
        flags = r"(\Seen \Flagged)" if taken.kind is ReportKind.OTHER else r"(\Seen)"
        with _refusals(), _refusal_of_one():
            _agreed(connection.uid("STORE", uid, "+FLAGS.SILENT", flags))

    return Waiting(read, done)


def _agreed(answer: tuple[str, list[Any]]) -> list[Any]:
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error("the server refuses")
    return found


@contextmanager
def _refusal_of_one() -> Iterator[None]:
    """A server that says no to one mail goes on listening; one that hangs up is `abort`."""
    try:
        yield
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise MailStuck(why="le serveur refuse", setting="BOUNCE_IMAP_URL") from None


@contextmanager
def _refusals() -> Iterator[None]:
    """What the server says may hold the account's name: only its kind is told."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as error:
        why = type(error).__name__ if isinstance(error, OSError) else "le serveur refuse"
        raise BoxClosed(why=why, setting="BOUNCE_IMAP_URL") from None
