"""The folder of the Tchap account: who we are there, its keys, how far we have read.

Lost, the account signs in anew as another device: nothing of the answers is lost, but whoever
wrote meanwhile must write again. Two processes on the same keys would spoil them: hence the lock.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from app.errors import Refused

_SESSION, _LOCK = "session.json", "lock"


class StoreTaken(Refused):
    """Another process of this machine holds the folder."""

    sentence = (
        "Un autre processus répond déjà sur Tchap avec ce dossier (MATRIX_STORE). "
        "Arrêtez-le avant d’en démarrer un second."
    )


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in device. `read_up_to`: the server's mark after the last messages we kept."""

    user_id: str
    device_id: str
    access_token: str
    started_at_ms: int  # what was written before belongs to nobody's conversation with us
    read_up_to: str = ""


class Folder:
    """The folder, held by this process alone until closed; nobody else's account may read it."""

    def __init__(self, path: Path) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        self.path = path
        self._held: TextIO = (path / _LOCK).open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._held.close()
            raise StoreTaken from None

    def session(self) -> Session | None:
        """The device that signed in last; None before the first time."""
        try:
            return Session(**json.loads((self.path / _SESSION).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def keep(self, session: Session) -> None:
        """Replace what is kept, whole or not at all."""
        new = self.path / f"{_SESSION}.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(session), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / _SESSION)

    def shut_keys(self) -> None:
        """Whatever the library created is for this account only."""
        for kept in self.path.iterdir():
            if kept.is_file():
                kept.chmod(0o600)

    def close(self) -> None:
        """Let another process have the folder."""
        self._held.close()
