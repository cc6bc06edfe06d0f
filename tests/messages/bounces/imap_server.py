"""A small IMAP server on 127.0.0.1: one account, one folder, what we use of RFC 3501."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Folder:
    """The mails of the folder by UID, with their flags, and what was asked of the server."""

    port: int = 0
    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    breaks_at_store: bool = False
    cannot_give: set[int] = field(default_factory=set)  # mails that its own disk has lost
    refuses_to_mark: bool = False

    def receives(self, raw: bytes) -> int:
        uid = max(self.mails, default=6) + 1
        self.mails[uid], self.flags[uid] = raw, set()
        return uid

    def url(
        self,
        password: str = "mot%20%22de%22%20passe",
        folder: str = "Retours",
        scheme: str = "imap",
    ) -> str:
        return f"{scheme}://rebonds%40barometre.example:{password}@127.0.0.1:{self.port}/{folder}"


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self.server.folder.asked.append(re.sub(r"LOGIN .*", "LOGIN", command))
            if self._answered(tag, command):
                return

    def _answered(self, tag: str, command: str) -> bool:
        """Answer one command; True when the session ends."""
        folder = self.server.folder
        name = command.upper()
        if name.startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1")
        elif name.startswith("LOGIN"):
            if 'mot \\"de\\" passe' not in command:
                self._say(f"{tag} NO [AUTHENTICATIONFAILED] rebonds@barometre.example")
                return False
        elif name.startswith("SELECT"):
            if '"Retours"' not in command:
                self._say(f"{tag} NO no such folder")
                return False
            self._say(f"* {len(folder.mails)} EXISTS")
        elif name.startswith("UID SEARCH"):
            unseen = [str(uid) for uid in folder.mails if "\\Seen" not in folder.flags[uid]]
            self._say(" ".join(["* SEARCH", *unseen]))
        elif name.startswith("UID FETCH"):
            if int(command.split()[2]) in folder.cannot_give:
                self._say(f"{tag} NO [SERVERBUG] internal error")
                return False
            self._fetch(command)
        elif name.startswith("UID STORE"):
            if folder.breaks_at_store:
                return True
            if folder.refuses_to_mark:
                self._say(f"{tag} NO read-only")
                return False
            uid = int(command.split()[2])
            folder.flags[uid] |= set(re.findall(r"\\\w+", command))
        elif name.startswith("LOGOUT"):
            self._say("* BYE")
        self._say(f"{tag} OK done")
        return name.startswith("LOGOUT")

    def _fetch(self, command: str) -> None:
        uid = int(command.split()[2])
        most = int(re.findall(r"<0\.(\d+)>", command)[0])
        raw = self.server.folder.mails[uid][:most]
        self.wfile.write(b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid, len(raw)) + raw + b")\r\n")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder: Folder, tls: ssl.SSLContext | None) -> None:
        self.folder, self._tls = folder, tls
        super().__init__(("127.0.0.1", 0), _Session)

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        if self._tls is not None:
            accepted = self._tls.wrap_socket(accepted, True, do_handshake_on_connect=False)
        return accepted, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is what some tests are about."""


@contextmanager
def running_imap(tls: ssl.SSLContext | None = None) -> Iterator[Folder]:
    """Start the server on a free port, stop it at the end."""
    folder = Folder()
    with _Server(folder, tls) as server:
        folder.port = server.server_address[1]
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield folder
        finally:
            server.shutdown()
            serving.join()
