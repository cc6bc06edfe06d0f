"""What a mail that came back is made of. Pure; nothing in it is believed yet."""

from __future__ import annotations

import binascii
import contextlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

LONGEST_TEXT = 200_000  # characters of one part
LONGEST_HEADER = 20_000  # characters of one header that are decoded: the library is slow at it
_TAGS = re.compile(
    r"<(?:script|style)\b.{0,20000}?</(?:script|style)>|<[^<>]{0,2000}>", re.S | re.I
)
# Where a plain text begins to quote what we wrote; our own words explain no bounce.
_COPY = re.compile(
    r"^\W{0,10}(?:return-path:|received:|message-id:|"
    r"(?:below this line|this|here) is a copy of (?:the|your)|original message|message original|"
    r"included is a copy of the message|ursprungliche nachricht|en-tetes d.origine|"
    r"(?:the )?header of the original|voici (?:une|la) copie|unsent message follows)",
    re.I | re.M,
)
_BLANK = re.compile(r"\r?\n[ \t]*\r?\n")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_STATUS = ("message/delivery-status", "message/global-delivery-status")


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """A mail taken to pieces."""

    head: Message
    said: str  # in the text meant for people, what it quotes of ours left out
    quoted: str  # headers of ours that it brings back, and what its text quotes
    statuses: tuple[Message, ...]  # RFC 3464: one a recipient
    feedback: Message | None  # RFC 5965
    was_read: bool  # RFC 8098: a receipt of reading

    def header(self, name: str) -> str:
        return header(self.head, name)


def take_apart(raw: bytes) -> ReturnedMail:
    """The pieces of a mail; whatever is missing is empty."""
    mail = message_from_bytes(raw)
    texts, quoted, statuses = [], [], []
    feedback, was_read = None, False
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind in _STATUS:
            # The first block speaks of the mail, each of the others of one recipient.
            statuses += [block for block in _blocks(part) if block["Final-Recipient"]]
        elif kind == "message/feedback-report":
            feedback = next(iter(_blocks(part)), None)
        elif kind == "message/disposition-notification":
            was_read = True
        elif kind in _RETURNED:
            quoted.append(_headers_of(part))
        elif kind in ("text/plain", "text/html") and part.get_filename() is None:
            texts.append((kind, text_of(part)))
    written = [text for kind, text in texts if kind == "text/plain"] or [text for _, text in texts]
    said, copied = _cut("\n".join(written))
    return ReturnedMail(
        mail, said, "\n".join([*quoted, copied]), tuple(statuses), feedback, was_read
    )


def header(message: Message, name: str) -> str:
    """A header as one line of words; empty when it is not there or cannot be read."""
    written = next((value for known, value in _raw(message) if known == name.lower()), "")
    written = written[:LONGEST_HEADER]
    with contextlib.suppress(ValueError, LookupError):
        written = str(make_header(decode_header(written)))
    return " ".join(written.split())


def headers(message: Message, name: str) -> list[str]:
    """All the headers of that name, as they were written."""
    return [value for known, value in _raw(message) if known == name.lower()]


def _raw(message: Message) -> Iterator[tuple[str, str]]:
    """Names in lower case, and values; bytes that should have been encoded are taken for UTF-8."""
    for name, value in message.raw_items():
        octets = str(value).encode("utf-8", "surrogateescape")
        yield name.lower(), octets.decode("utf-8", "replace")


def mailbox_in(value: str) -> str:
    """The mailbox of a header such as `rfc822; <name@domain>`, in lower case; may be empty."""
    bare = value.partition(";")[2] if ";" in value.partition("@")[0] else value
    return parseaddr(bare.strip())[1].strip("<>").lower()


def text_of(part: Message) -> str:
    """A part's words, whatever its encoding claims; an HTML one without its tags."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload[:LONGEST_TEXT].decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = payload[:LONGEST_TEXT].decode("utf-8", "replace")
    if part.get_content_type() == "text/html":
        text = html.unescape(_TAGS.sub(" ", text))
    return text


def _parts(mail: Message) -> Iterator[Message]:
    """Every part, from the outermost; what was returned is not gone into."""
    yield mail
    if mail.get_content_type() in (*_RETURNED, *_STATUS) or not mail.is_multipart():
        return
    for part in mail.get_payload():
        if isinstance(part, Message):
            yield from _parts(part)


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report, as its text gives them.

    The library takes only the older kinds apart, and only when they are not encoded.
    """
    groups = _BLANK.split(_report_text(part))
    return [message_from_string(group) for group in groups if group.strip()]


def _report_text(part: Message) -> str:
    payload = part.get_payload()
    if not isinstance(payload, list):
        return text_of(part)
    inner = [one for one in payload if isinstance(one, Message)]
    text = "\n\n".join(f"{_fields(one)}\n\n{_plain_payload(one)}" for one in inner)
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        try:
            return binascii.a2b_base64(text).decode("utf-8", "replace")
        except binascii.Error:
            return ""
    return text


def _fields(message: Message) -> str:
    return "\n".join(f"{name}: {value}" for name, value in message.items())


def _plain_payload(message: Message) -> str:
    payload = message.get_payload()
    return payload if isinstance(payload, str) else ""


def _headers_of(part: Message) -> str:
    """The headers of ours that came back, whole or alone."""
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return _fields(payload[0])
    return text_of(part)


def _cut(text: str) -> tuple[str, str]:
    found = _COPY.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")
