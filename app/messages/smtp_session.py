"""One SMTP session: its time is bounded, and it asks several things at once where it may.

The standard library waits for four replies a mail. RFC 2920 (PIPELINING, which Postfix, Exim and
Exchange offer) lets the sender, the recipient and the announcement of the text go together: two
waits instead of four, which is half the time of a mail on any real network.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

READY = 220
GO_ON = 354
CLOSING = 421
_TAKEN = (250, 251)


class Session(smtplib.SMTP):
    """An SMTP session that gives up at a moment, however many exchanges are left.

    Each reply is awaited for the timeout of one exchange, or for what is left if that is less.
    """

    give_up_at: float  # on the monotonic clock
    text_began = False  # of the mail at hand: from then on it may have been taken

    def begin(self, host: str, port: int) -> None:
        """Connect and read the greeting; one that is no welcome is an error, as later replies."""
        self._host = host  # STARTTLS checks the certificate against it
        code, words = self.connect(host, port)
        if code != READY:
            raise smtplib.SMTPConnectError(code, words)
        if self.sock is not None:
            # The end of a text must not wait for the other side to acknowledge its beginning.
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is not None:
            left = self.give_up_at - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.sock.settimeout(min(self.timeout, left))
        return super().getreply()

    def deliver(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand one mail over, or raise smtplib's exception for what refused it."""
        self.text_began = False
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("pipelining"):
            self.sendmail(sender, [recipient], content)
            return
        size = f" SIZE={len(content)}" if self.has_extn("size") else ""
        self.send(
            f"MAIL FROM:<{_one_line(sender)}>{size}\r\nRCPT TO:<{_one_line(recipient)}>\r\nDATA\r\n"
        )
        from_reply, to_reply, data_reply = self.getreply(), self.getreply(), self.getreply()
        if from_reply[0] == 250 and to_reply[0] in _TAKEN and data_reply[0] == GO_ON:
            code, words = self._text(content)
            if code != 250:
                self._settle(code)
                raise smtplib.SMTPDataError(code, words)
            return
        if data_reply[0] == GO_ON:
            # It waits for a text for nobody: an empty one ends that (RFC 2920, 3.1).
            self._text(b"")
        self._settle(from_reply[0], to_reply[0], data_reply[0])
        if from_reply[0] != 250:
            raise smtplib.SMTPSenderRefused(*from_reply, sender)
        if to_reply[0] not in _TAKEN:
            raise smtplib.SMTPRecipientsRefused({recipient: to_reply})
        raise smtplib.SMTPDataError(*data_reply)

    def _text(self, content: bytes) -> tuple[int, bytes]:
        """The mail itself; a dot that begins a line is doubled (RFC 5321, 4.5.2)."""
        dotted = content.replace(b"\r\n.", b"\r\n..")
        if dotted.startswith(b"."):
            dotted = b"." + dotted
        end = b".\r\n" if not dotted or dotted.endswith(b"\r\n") else b"\r\n.\r\n"
        self.text_began = True
        self.send(dotted + end)
        return self.getreply()

    def data(self, msg: ReadableBuffer | str) -> tuple[int, bytes]:
        """As the library does, for a server that is asked one thing at a time."""
        self.text_began = True
        return super().data(msg)

    def _settle(self, *codes: int) -> None:
        """Ready for the next mail, unless the server closes."""
        if CLOSING in codes:
            self.close()
            return
        with contextlib.suppress(smtplib.SMTPServerDisconnected):
            self.rset()


class SessionOverTls(Session, smtplib.SMTP_SSL):
    """The same, encrypted from its first byte."""


def _one_line(address: str) -> str:
    """An address that cannot end its command; ours are checked before, this is the last door."""
    if not address.isascii() or any(letter in address for letter in "\r\n<>\0"):
        raise smtplib.SMTPDataError(553, b"5.1.3 bad address")
    return address
