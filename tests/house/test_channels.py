"""Every channel is held to one contract: each prompt shown, each reply read, its limits kept.

A new channel adds its line to KITS; without it, this file fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest

from app.cli.demo.window import Window
from bot.channels import matrix_wire, telegram_wire
from bot.channels.channel import Button, Heard, Messenger, Say, Thing
from bot.channels.matrix_line import Room
from bot.channels.telegram_line import Chat
from bot.channels.terminal import TerminalChat
from bot.desk import Desk
from bot.main import MESSENGERS
from bot.prompts import Asked, PromptKind

OURS = "31"  # our message, to which people reply
CHAT = {"id": 4242, "type": "private"}
ODILE = {"id": 4242, "is_bot": False}
NO_DESK = cast("Desk", None)  # nothing here is thought of


@dataclass(frozen=True)
class Kit:
    """What this test must know of a channel: how it writes, how it reads, what it is."""

    messenger: Callable[[], Messenger]
    texts: Callable[[Say], Sequence[str]]  # of the messages that carry a say
    labels: Callable[[Say], Sequence[str]]  # of the buttons that they have
    typed: Callable[[str], Heard | None]
    replied: Callable[[str], Heard | None]  # typed in reply to our message
    edited: Callable[[str], Heard | None]
    pressed: Callable[[Button], Heard | None] | None  # None: it has no button
    units: Callable[[str], int] = len  # how its limit is counted


def _telegram(**update: Any) -> Heard | None:
    return telegram_wire.heard_in({"update_id": 7, **update}, "barometre_bot")


def _message(text: str, **more: Any) -> dict[str, Any]:
    return {"message_id": 9, "from": ODILE, "chat": CHAT, "text": text, **more}


def _keys(say: Say) -> list[str]:
    [*_, last] = telegram_wire.payloads_of("4242", say)
    rows = last.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    return [key["text"] for row in rows for key in row]


def _matrix(content: dict[str, Any], kind: str = "m.room.message") -> Heard | None:
    event = {"type": kind, "event_id": "$9", "sender": "@odile:x", "content": content}
    return matrix_wire.heard_in(event, "!r:x")


def _words(text: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": text, **more}


def _reaction(button: Button) -> Heard | None:
    relation = {"rel_type": "m.annotation", "event_id": OURS, "key": f"{button.reply}\ufe0f\u20e3"}
    return _matrix({"m.relates_to": relation}, "m.reaction")


class _Shown(TerminalChat):
    """A terminal, and what it shows."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        super().__init__(*cast("Any", (None, None, None)), show=self.shown.append)


def _shown(say: Say) -> list[str]:
    terminal = _Shown()
    terminal.send("", say)
    return terminal.shown


def _in_window(say: Say) -> list[str]:
    window = Window(NO_DESK)
    window.send("w", say)
    return [line.text for line in window.lines["w"]]


def _buttons_in_window(say: Say) -> list[str]:
    window = Window(NO_DESK)
    window.send("w", say)
    return [button.label for line in window.lines["w"] for button in line.buttons]


def _heard(text: str) -> Heard:
    """The terminal and the window make what they hear themselves."""
    return Heard(text, "here:1", "w")


KITS: dict[str, Kit] = {
    "telegram": Kit(
        messenger=lambda: Chat(cast("Any", None)),
        texts=lambda say: [one["text"] for one in telegram_wire.payloads_of("4242", say)],
        labels=_keys,
        typed=lambda text: _telegram(message=_message(text)),
        replied=lambda text: _telegram(
            message=_message(text, reply_to_message=_message("?") | {"message_id": int(OURS)})
        ),
        edited=lambda text: _telegram(edited_message=_message(text)),
        pressed=lambda button: _telegram(
            callback_query={
                "id": "1",
                "data": button.reply,
                "message": {"message_id": int(OURS), "chat": CHAT},
            }
        ),
        units=lambda text: len(text.encode("utf-16-le")) // 2,
    ),
    "tchap": Kit(
        messenger=lambda: Room(cast("Any", None), encrypted=True, source="mx:$9", rank=0),
        texts=matrix_wire.texts_of,
        labels=lambda _: [],
        typed=lambda text: _matrix(_words(text)),
        replied=lambda text: _matrix(
            _words(text, **{"m.relates_to": {"m.in_reply_to": {"event_id": OURS}}})
        ),
        edited=lambda text: _matrix(
            _words("* " + text)
            | {
                "m.new_content": _words(text),
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$9"},
            }
        ),
        pressed=_reaction,
    ),
    "terminal": Kit(
        messenger=_Shown,
        texts=_shown,
        labels=lambda _: [],
        typed=_heard,
        replied=lambda text: Heard(text, "here:1", "w", reply_to=OURS),
        edited=lambda text: Heard(text, "here:1", "w", message_id="9", edited=True),
        pressed=None,
    ),
    "window": Kit(
        messenger=lambda: Window(NO_DESK),
        texts=_in_window,
        labels=_buttons_in_window,
        typed=_heard,
        replied=lambda text: Heard(text, "here:1", "w", reply_to=OURS),
        edited=lambda text: Heard(text, "here:1", "w", message_id="9", edited=True),
        pressed=lambda button: Heard(
            button.reply, "here:1", "w", reply_to=OURS, thing=Thing.BUTTON
        ),
    ),
}
every_channel = pytest.mark.parametrize("kit", KITS.values(), ids=KITS.keys())


def test_every_messenger_is_held_to_the_contract() -> None:
    assert set(KITS) == {*MESSENGERS, "terminal", "window"}


@every_channel
def test_a_channel_says_what_it_may(kit: Kit) -> None:
    messenger = kit.messenger()

    assert messenger.longest >= 1_000
    for allowed in ("confidential_allowed", "results_allowed", "writes_first"):
        assert isinstance(getattr(messenger, allowed), bool)


@every_channel
@pytest.mark.parametrize("kind", list(PromptKind))
def test_every_kind_of_prompt_is_shown_with_its_choices(kit: Kit, kind: PromptKind) -> None:
    choices = ("Oui", "Non, et ce n’est pas prévu")
    text = f"Une question ({kind})\u00a0?\n" + "\n".join(
        f"{number}. {label}" for number, label in enumerate(choices, start=1)
    )
    buttons = tuple(Button(label, str(number)) for number, label in enumerate(choices, start=1))

    say = Say(text, buttons, Asked(kind))

    assert "\n".join(kit.texts(say)) == text
    assert kit.labels(say) in ([], list(choices))


@every_channel
@pytest.mark.parametrize("text", ["oui", "le 2", "douze mille", "1 et 3", "/start " + "a" * 43])
def test_every_reply_is_read_as_it_was_written(kit: Kit, text: str) -> None:
    typed, replied, edited = kit.typed(text), kit.replied(text), kit.edited(text)

    assert typed is not None
    assert (typed.text, typed.thing, typed.edited) == (text, Thing.TEXT, False)
    assert typed.source.partition(":")[2]
    assert replied is not None
    assert (replied.text, replied.reply_to) == (text, OURS)
    assert edited is not None
    assert (edited.text, edited.edited) == (text, True)
    assert edited.message_id is not None


@every_channel
def test_a_button_belongs_to_its_own_message(kit: Kit) -> None:
    if kit.pressed is None:
        assert kit.labels(Say("Oui\u00a0?", (Button("Oui", "1"),))) == []
        return
    pressed = kit.pressed(Button("Oui", "1"))

    assert pressed is not None
    assert (pressed.text, pressed.reply_to, pressed.thing) == ("1", OURS, Thing.BUTTON)


@every_channel
def test_no_message_is_longer_than_the_messenger_takes(kit: Kit) -> None:
    longest = kit.messenger().longest
    lines = [f"Ligne {number} \U0001f600 " + "é" * 70 for number in range(400)]
    say = Say("\n".join(lines), (Button("Oui", "1"),), Asked(PromptKind.SUBMIT))

    texts = kit.texts(say)

    assert all(kit.units(text) <= longest for text in texts) or longest > len(say.text)
    # A channel without buttons adds the choices that the text does not list.
    assert "".join("".join(texts).split()).startswith("".join(say.text.split()))


@every_channel
def test_markup_is_nothing_but_text(kit: Kit) -> None:
    text = "<b>gras</b> *étoiles* _soulignés_ [lien](https://exemple.invalid) \u202eà l’envers"

    assert kit.texts(Say(text)) in ([text], (text,))
