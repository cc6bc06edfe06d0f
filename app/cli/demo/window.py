"""The demo's chat window: the real dialogue in a page, so that one tries it without any account.

It is served beside the mailbox, on the demo's own port: never beside real pages. What was said is
kept in this process alone; where one stands is in the database, as on any messenger.
"""

from __future__ import annotations

import secrets
import threading
from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.now import now
from app.vocabulary.scope import Channel
from bot.channels.channel import Button, Heard, Say, Thing
from bot.conversation import take_turn
from bot.desk import Desk

LONGEST_TYPED = 10_000
pages = Blueprint("window", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Line:
    """One message in the window; `name` is how a button names the message it belongs to."""

    name: str
    text: str
    mine: bool
    buttons: tuple[Button, ...] = ()


class Window:
    """A messenger whose conversations are pages of this process."""

    channel = Channel.TERMINAL
    confidential_allowed = True  # everything in it is made up, on this machine
    results_allowed = False
    writes_first = False
    longest = 100_000

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.lines: dict[str, list[Line]] = defaultdict(list)
        # One turn at a time in a conversation, as every messenger's file sees to it.
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def send(self, external_id: str, say: Say) -> str:
        """Show one message."""
        name = secrets.token_hex(8)
        self.lines[external_id].append(Line(name, say.text, mine=False, buttons=say.buttons))
        return name

    def open(self, code: str) -> str:
        """A new conversation, which begins with a code; its name."""
        external_id = secrets.token_urlsafe(12)
        self._hear(Heard(f"/start {code}", _source(), external_id))
        return external_id

    def type(self, external_id: str, text: str) -> None:
        """What the person typed."""
        self.lines[external_id].append(Line("", text, mine=True))
        self._hear(Heard(text, _source(), external_id))

    def press(self, external_id: str, name: str, reply: str) -> None:
        """A button of one message; what it says is shown as if typed."""
        shown = [line for line in self.lines[external_id] if line.name == name]
        labels = [b.label for line in shown for b in line.buttons if b.reply == reply]
        if not labels:
            return
        self.lines[external_id].append(Line("", labels[0], mine=True))
        self._hear(Heard(reply, _source(), external_id, reply_to=name, thing=Thing.BUTTON))

    def _hear(self, heard: Heard) -> None:
        with self._turns[heard.external_id]:
            take_turn(self.desk, self, heard, now=now())


def install(app: Flask, desk: Desk) -> None:
    """Add the window to the demo's own site."""
    app.extensions["window"] = Window(desk)
    app.jinja_env.globals["has_window"] = True
    app.register_blueprint(pages)


@pages.get("/messagerie")
def door() -> str:
    """Where a code is given; one that came in the address is shown, and not used yet."""
    return render_template("window_door.html", code=request.args.get("code", "")[:64])


@pages.post("/messagerie")
def enter() -> ResponseReturnValue:
    """Begin a conversation with a code."""
    name = _window().open(request.form.get("code", "").strip()[:64])
    return redirect(url_for("window.conversation", name=name), 303)


@pages.get("/messagerie/<name>")
def conversation(name: str) -> str:
    """What was said so far; the last message's buttons can be pressed, and older ones too."""
    if name not in _window().lines:
        abort(404)
    return render_template("window.html", name=name, lines=_window().lines[name])


@pages.post("/messagerie/<name>")
def say(name: str) -> ResponseReturnValue:
    """One message of the person: a button pressed, or a text."""
    window = _window()
    if name not in window.lines:
        abort(404)
    message, _, reply = request.form.get("pressed", "").partition(":")
    text = request.form.get("text", "")[:LONGEST_TYPED].strip()
    if message:
        window.press(name, message, reply)
    elif text:
        window.type(name, text)
    return redirect(url_for("window.conversation", name=name, _anchor="fin"), 303)


def _window() -> Window:
    found: Window = current_app.extensions["window"]
    return found


def _source() -> str:
    return f"window:{secrets.token_hex(12)}"
