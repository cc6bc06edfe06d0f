"""What a Telegram update says, and how a message is written there. Pure: no network, no state.

The words of the Bot API: https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.channel import Button, Heard, Say, Thing, words_of

LONGEST = 4096
"""Characters of one message; counted here as UTF-16 does, where an emoji is two."""
LONGEST_REPLY = 64
"""Bytes that a button may carry."""
MOST_BUTTONS = 100

UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that are read: Telegram keeps the others to itself."""

SOURCE = "tg:"
"""What sources of this channel begin with; the update's own number follows."""

_LABEL = 60  # characters: a telephone shows no more of a button
_SEVERAL_A_ROW = ((6, 4), (16, 2))  # labels of at most so many characters: so many a row
_MOST_IN_ROWS = 8
_PRIVATE = "private"
_GROUPS = ("group", "supergroup", "channel")
_PRESENT = ("member", "administrator", "restricted")
_THINGS: Mapping[str, Thing] = {
    "sticker": Thing.STICKER,
    "voice": Thing.VOICE,
    "audio": Thing.VOICE,
    "video_note": Thing.VOICE,
    "photo": Thing.PHOTO,
    "animation": Thing.FILE,
    "video": Thing.FILE,
    "document": Thing.FILE,
    "contact": Thing.CONTACT,
    "venue": Thing.PLACE,
    "location": Thing.PLACE,
    **dict.fromkeys(
        ("poll", "dice", "game", "story", "paid_media", "checklist", "invoice", "giveaway"),
        Thing.OTHER,
    ),
}
_ADDRESSED = re.compile(r"(/\w+)@(\w+)")


def heard_in(update: Mapping[str, Any], our_name: str) -> Heard | None:
    """What a person said by this update; None when it waits for no answer.

    `our_name`: the bot's, without @. Whatever is not of the kind it should be is left out.
    """
    number = _number(update.get("update_id"))
    if number is None:
        return None
    source = f"{SOURCE}{number}"
    if pressed := _mapping(update.get("callback_query")):
        return _pressed(pressed, source)
    if changed := _mapping(update.get("my_chat_member")):
        return _come_or_gone(changed, source)
    if edited := _mapping(update.get("edited_message")):
        return _message(edited, source, our_name, edited=True)
    return _message(_mapping(update.get("message")), source, our_name, edited=False)


def pressed_in(update: Mapping[str, Any]) -> str | None:
    """The press of a button that Telegram wants acknowledged, else it turns a wheel on it."""
    return _text(_mapping(update.get("callback_query")).get("id")) or None


def _message(
    message: Mapping[str, Any], source: str, our_name: str, *, edited: bool
) -> Heard | None:
    chat = _mapping(message.get("chat"))
    place = _place(chat)
    if place is None or _mapping(message.get("from")).get("is_bot") is True:
        return None
    if chat.get("type") != _PRIVATE:
        return _group(place)
    said = _text(message.get("text"))
    thing = Thing.TEXT if said else _thing(message)
    if "via_bot" in message:
        said, thing = "", Thing.OTHER if said else thing  # another bot's words
    elif thing is not None and thing is not Thing.TEXT:
        said, thing = words_of(thing, _text(message.get("caption")))
    if thing is None or (edited and thing is not Thing.TEXT):
        return None  # pinned, a new picture, a walker's place: nobody waits for an answer
    return Heard(
        text=_to_us(said, our_name),
        source=source,
        external_id=place,
        message_id=_name(message),
        reply_to=_name(_mapping(message.get("reply_to_message"))),
        thing=thing,
        edited=edited,
        number=_number(message.get("message_id")),
    )


def _pressed(query: Mapping[str, Any], source: str) -> Heard | None:
    message = _mapping(query.get("message"))
    chat = _mapping(message.get("chat"))
    place, reply = _place(chat), _text(query.get("data"))
    if place is None or not reply:
        return None
    if chat.get("type") != _PRIVATE:
        return _group(place)
    return Heard(reply, source, place, None, _name(message), Thing.BUTTON)


def _come_or_gone(changed: Mapping[str, Any], source: str) -> Heard | None:
    """We were blocked by a person, or added to a group."""
    chat = _mapping(changed.get("chat"))
    place, status = _place(chat), _mapping(changed.get("new_chat_member")).get("status")
    if place is None:
        return None
    if chat.get("type") == _PRIVATE:
        return Heard("", source, place, thing=Thing.BLOCKED) if status == "kicked" else None
    return _group(place) if status in _PRESENT else None


def _group(place: str) -> Heard:
    """Named after the group, so that it is answered once; its words are nobody's business."""
    return Heard("", f"{SOURCE}group {place}", place, thing=Thing.GROUP)


def _thing(message: Mapping[str, Any]) -> Thing | None:
    return next((thing for name, thing in _THINGS.items() if name in message), None)


def _to_us(said: str, our_name: str) -> str:
    """A command that names us, without our name: in a group menu, clients add it."""
    addressed = _ADDRESSED.match(said)
    if addressed is None or addressed[2].casefold() != our_name.casefold():
        return said
    return addressed[1] + said[addressed.end() :]


def payloads_of(external_id: str, say: Say) -> tuple[dict[str, Any], ...]:
    """The messages that carry a say, its buttons under the last.

    Without `parse_mode`, nothing in a text is markup; links show no preview, which Telegram
    would fetch. Whatever a button says, the text says too: one that does not fit is left out.
    """
    payloads: list[dict[str, Any]] = [
        {
            "chat_id": int(external_id),
            "text": part,
            "link_preview_options": {"is_disabled": True},
        }
        for part in parts(say.text)
    ]
    if rows := _rows(say.buttons):
        payloads[-1]["reply_markup"] = {"inline_keyboard": rows}
    return tuple(payloads)


def parts(text: str) -> tuple[str, ...]:
    """The text cut at the end of a line, or of a word in a line that is too long by itself."""
    kept: list[str] = []
    rest = _text(text)
    while rest:
        head = _first(rest, LONGEST)
        at = len(head)
        if at < len(rest):
            at = head.rfind("\n") + 1 or head.rfind(" ") + 1 or at
        kept.append(rest[:at].strip())
        rest = rest[at:]
    return tuple(part for part in kept if part) or ("…",)  # an empty message is refused


def _rows(buttons: Sequence[Button]) -> list[list[dict[str, str]]]:
    fitting = [one for one in buttons if 0 < len(one.reply.encode()) <= LONGEST_REPLY]
    keys = [
        {"text": _short(one.label or one.reply), "callback_data": one.reply}
        for one in fitting[:MOST_BUTTONS]
    ]
    longest = max((len(key["text"]) for key in keys), default=0)
    a_row = next((many for short, many in _SEVERAL_A_ROW if longest <= short), 1)
    if len(keys) > _MOST_IN_ROWS:
        a_row = 1
    return [keys[at : at + a_row] for at in range(0, len(keys), a_row)]


def _short(label: str) -> str:
    """A label cut between two words where it is too long."""
    cut = textwrap.shorten(label, _LABEL, placeholder="…")
    return f"{label.strip()[: _LABEL - 1]}…" if cut in ("", "…") else cut


def _first(text: str, longest: int) -> str:
    """The beginning of a text, never half of a character."""
    return text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")


def _place(chat: Mapping[str, Any]) -> str | None:
    number = _number(chat.get("id"))
    known = chat.get("type") in (_PRIVATE, *_GROUPS)
    return str(number) if number is not None and known else None


def _name(message: Mapping[str, Any]) -> str | None:
    number = _number(message.get("message_id"))
    return None if number is None else str(number)


def _number(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _text(found: Any) -> str:
    """A text that a database keeps: no NUL, no half of a surrogate pair."""
    if not isinstance(found, str):
        return ""
    return found.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
