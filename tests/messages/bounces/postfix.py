"""A Postfix of our own on 127.0.0.1, with its own configuration, queue and mailboxes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0  # seconds
POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MAY_RUN = POSTFIX is not None and os.geteuid() == 0
NOBODY = 65534
# What is not in `mailboxes` is taken in, then comes back; other domains answer as full, moved or
# hostile servers do. Nothing can leave this machine.
_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
mail_owner = postfix
setgid_group = postdrop
inet_protocols = ipv4
myhostname = mx.barometre.example
mydestination =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = gueret.invalid, barometre.example
virtual_mailbox_maps =
 inline:{{ {{mairie@gueret.invalid = mairie/}}, {{rebonds@barometre.example = rebonds/}} }}
virtual_mailbox_base = {root}/mail
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
transport_maps = inline:{{
 {{ajain.invalid = error:5.2.2 mailbox full}},
 {{aubusson.invalid = error:5.7.1 message refused by policy}} }}
default_transport = error:5.4.4 no way out of this machine
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
notify_classes =
maillog_file = /dev/stdout
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """Where it listens, and where what comes back is delivered."""

    port: int
    mail: Path

    @property
    def returned(self) -> Path:
        return self.mail / "rebonds"

    def delivered(self, mailbox: str, count: int) -> list[bytes]:
        """What a Maildir holds, once there are so many mails or patience ends."""
        until = time.monotonic() + PATIENCE
        folder = self.mail / mailbox / "new"
        while time.monotonic() < until:
            found = sorted(folder.iterdir()) if folder.is_dir() else []
            if len(found) >= count:
                return [path.read_bytes() for path in found]
            time.sleep(0.1)
        raise TimeoutError(f"{mailbox}: {len(found)} mails of {count}")


@contextmanager
def running_postfix() -> Iterator[Postfix]:
    """Start it in a folder that its own users may enter, stop it and take all away at the end."""
    root = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        root.chmod(0o755)
        port = _set_up(root)
        command = [str(POSTFIX), "-c", str(root / "etc")]
        with (root / "log").open("wb") as log:
            running = subprocess.Popen([*command, "start-fg"], stdout=log, stderr=log)
            try:
                _await(port, root / "log")
                yield Postfix(port, root / "mail")
            finally:
                subprocess.run([*command, "stop"], capture_output=True, check=False)
                running.wait(PATIENCE)
    finally:
        shutil.rmtree(root)


def _set_up(root: Path) -> int:
    for name in ("etc", "spool", "data", "mail"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix")
    os.chown(root / "mail", NOBODY, NOBODY)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    (root / "etc/main.cf").write_text(_MAIN.format(root=root, nobody=NOBODY))
    (root / "etc/master.cf").write_text(_MASTER.format(port=port))
    return port


def _await(port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(log.read_text(errors="replace"))
