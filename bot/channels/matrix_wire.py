"""What a Matrix event says, and how a message is written there. Pure: no network, no state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.channels.channel import Button, Heard, Say, Thing, words_of
from bot.channels.matrix_place import place_of

LONGEST = 10_000
"""Characters of one message: 40 kB at most, 54 kB once encrypted; an event holds 64 KiB."""

EVENT = "mx:"
"""What sources of this channel begin with; the event's own name follows."""

_MESSAGE, _REACTION, _SEALED = "m.room.message", "m.reaction", "m.room.encrypted"
_REPLACES, _ANNOTATES, _THREAD = "m.replace", "m.annotation", "m.thread"
_WORDS = ("m.text", "m.emote")
# From a machine, or from the client itself: the convention is that a bot answers neither.
_UNSAID = ("m.notice", "m.key.verification.request")
_THINGS: Mapping[str, Thing] = {
    "m.image": Thing.PHOTO,
    "m.audio": Thing.VOICE,
    "m.file": Thing.FILE,
    "m.video": Thing.FILE,
    "m.location": Thing.PLACE,
}
_OTHER_EVENTS: Mapping[str, Thing] = {
    "m.sticker": Thing.STICKER,
    "m.poll.start": Thing.OTHER,
    "org.matrix.msc3381.poll.start": Thing.OTHER,
    "m.call.invite": Thing.OTHER,
}
# Keycaps are a digit and two signs that show nothing by themselves; hands may have a skin tone.
_BARE = dict.fromkeys(map(ord, "\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"))
_PRESSED: Mapping[str, str] = {
    **{str(number): str(number) for number in range(1, 10)},
    "\U0001f51f": "10",
    **dict.fromkeys("✅✔☑👍", "oui"),
    **dict.fromkeys("❌✖❎👎", "non"),
}


def allowed(user_id: str, domains: Collection[str]) -> bool:
    """Whether this account's server is one of those. `tchap.example` is that very server;
    `.tchap.example`, with its dot, is every server under it.
    """
    server = user_id.partition(":")[2].lower()
    return bool(server) and any(
        server.endswith(one) if one.startswith(".") else server == one for one in domains
    )


def heard_in(event: Mapping[str, Any], room_id: str, *, after: str | None = None) -> Heard | None:
    """What a person said by this event of a room, decrypted; None when it waits for no answer.

    `after`: our last message before it, where we know: that is what words by themselves answer.
    A client may put anything in it: whatever is not of the kind it should be is left out.
    """
    content, event_id = _mapping(event.get("content")), _text(event.get("event_id"))
    kind, sender = event.get("type"), _text(event.get("sender"))
    if not content or not event_id or not sender:  # without content: taken back by who wrote it
        return None
    place = place_of(room_id, sender)
    if kind == _MESSAGE:
        return _message(content, event_id, place, after)
    if kind == _REACTION:
        return _reaction(content, event_id, place)
    if kind == _SEALED:
        # Named after its key: several messages that cannot be read are told about once.
        key = _text(content.get("session_id")) or event_id
        return Heard("", f"{EVENT}key {key}", place, thing=Thing.UNREADABLE)
    thing = _OTHER_EVENTS.get(kind) if isinstance(kind, str) else None
    return Heard("", EVENT + event_id, place, event_id, thing=thing) if thing else None


def _message(
    content: Mapping[str, Any], event_id: str, place: str, after: str | None
) -> Heard | None:
    relation = _mapping(content.get("m.relates_to"))
    said, message_id, edited = content, event_id, False
    if relation.get("rel_type") == _REPLACES:
        said = _mapping(content.get("m.new_content"))
        message_id, edited = _text(relation.get("event_id")) or event_id, True
    kind = said.get("msgtype")
    if kind in _UNSAID:
        return None
    reply_to = None if edited else _replied(relation)
    thing = Thing.TEXT
    words = ""
    if kind in _WORDS:
        words = _text(said.get("body"))
        words = without_quote(words) if reply_to is not None else words
    else:
        thing = _THINGS.get(kind, Thing.OTHER) if isinstance(kind, str) else Thing.OTHER
        words, thing = words_of(thing, _caption(said))
    answers = None if edited else reply_to or after
    return Heard(words, EVENT + event_id, place, message_id, answers, thing, edited)


def _caption(said: Mapping[str, Any]) -> str:
    """What is written under a file; its body alone is its name."""
    body, name = _text(said.get("body")), _text(said.get("filename"))
    return body if name and body != name else ""


def _reaction(content: Mapping[str, Any], event_id: str, place: str) -> Heard | None:
    """A digit, ✅ or ❌ under a message of ours is its button; a heart waits for no answer."""
    relation = _mapping(content.get("m.relates_to"))
    pressed = _PRESSED.get(_text(relation.get("key")).translate(_BARE).strip())
    under = _text(relation.get("event_id"))
    if relation.get("rel_type") != _ANNOTATES or pressed is None or not under:
        return None
    return Heard(pressed, EVENT + event_id, place, event_id, under, Thing.BUTTON)


def _replied(relation: Mapping[str, Any]) -> str | None:
    """The message that this one replies to; of a thread, the one it hangs from."""
    to = _text(_mapping(relation.get("m.in_reply_to")).get("event_id"))
    if relation.get("rel_type") == _THREAD and relation.get("is_falling_back") is True:
        to = _text(relation.get("event_id"))
    return to or None


def without_quote(body: str) -> str:
    """A reply without the words it quotes: older clients put them first, each line with "> "."""
    if not body.startswith("> "):
        return body
    lines = body.split("\n")
    n_quoted = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[n_quoted:]).strip("\n")


def texts_of(say: Say) -> tuple[str, ...]:
    """The bodies of the messages that carry a say: one, unless it is longer than one holds.

    Choices that its text does not list already follow it, with what to type.
    """
    unlisted = [one for one in say.buttons if one.label.casefold() not in say.text.casefold()]
    whole = "\n".join([say.text, *map(_choice, unlisted)])
    return parts(whole, LONGEST)


def _choice(button: Button) -> str:
    if button.reply.isdecimal():
        return f"{button.reply}. {button.label}"
    return f"«\u00a0{button.reply}\u00a0»\u00a0: {button.label}"


def parts(text: str, longest: int) -> tuple[str, ...]:
    """The text cut at its lines, or within a line that is too long by itself."""
    kept = [""]
    for line in text.split("\n"):
        pieces = [line[at : at + longest] for at in range(0, len(line), longest)] or [""]
        joined = f"{kept[-1]}\n{pieces[0]}" if kept[-1] else pieces[0]
        if len(joined) <= longest:
            kept[-1] = joined
        else:
            kept.append(pieces[0])
        kept.extend(pieces[1:])
    return tuple(part for part in kept if part) or ("",)


def text_content(body: str) -> dict[str, Any]:
    """One message, in plain words: no HTML, so that nothing in an answer can be markup.

    `m.text` although we are a machine: clients tell nobody of an `m.notice`.
    """
    return {"msgtype": "m.text", "body": body}


def file_content(name: str, media_type: str, size: int, where: Mapping[str, Any]) -> dict[str, Any]:
    """A file that was uploaded: `where` holds its address, and its key if it was encrypted."""
    return {
        "msgtype": "m.file",
        "body": name,
        "filename": name,
        "info": {"mimetype": media_type, "size": size},
        **where,
    }


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _text(found: Any) -> str:
    """A text that a database keeps: no NUL, no half of a surrogate pair."""
    if not isinstance(found, str):
        return ""
    return found.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
