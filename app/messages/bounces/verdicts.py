"""What a refusal means: a status of RFC 3463 and the words around it, as one kind. Pure."""

from __future__ import annotations

import re

from app.messages.bounces.words import FULL, LATER, MOVED, NOBODY, NOT_NOW, plain
from app.vocabulary.mail_reports import ReportKind

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-:])")
# 5.1.x speaks of the address, but these of the sender's (7, 8), of our allowance (90), or say
# that all is well (5), that several match (9: RFC 3886).
_NOT_THE_ADDRESS = frozenset({5, 7, 8, 9, 90})
_MOVED_STATUS = re.compile(r"[245]\.1\.6\Z")
_FULL_STATUS = re.compile(r"[45]\.2\.2\Z")
# Statuses that say too little: the words decide.
_VAGUE = re.compile(r"5\.(?:\d{1,3}\.0|0\.\d{1,3}|2\.1|4\.1|4\.4|4\.310|5\.\d{1,3})\Z")
_REPLIES_ABOUT_MAILBOXES = ("550", "551", "553", "554")

Kind = ReportKind


def status_in(*texts: str) -> str:
    """The finest status that these texts hold, the first of them first; "" without one."""
    found = [status for text in texts for status in _STATUS.findall(text)]
    telling = [status for status in found if not status.endswith(".0.0")]
    return next(iter(telling), next(iter(found), ""))


def verdict(status: str, said: str) -> ReportKind:
    """What a mail that its server gave up means for the mailbox: MOVED, FULL, HARD or SOFT.

    In doubt SOFT: a mailbox written off by mistake is an authority that is never asked.
    """
    words = plain(said)
    if _MOVED_STATUS.match(status) or MOVED.search(words):
        return Kind.MOVED
    if _FULL_STATUS.match(status) or FULL.search(words):
        return Kind.FULL
    unknown = NOBODY.search(words) is not None
    if status.startswith("4.") or (NOT_NOW.search(words) and not unknown):
        return Kind.SOFT
    if not status:
        reply = _REPLY.search(said)
        final = reply is None or reply.group(1) in _REPLIES_ABOUT_MAILBOXES
        return Kind.HARD if unknown and final else Kind.SOFT
    if about_the_address(status) or (_VAGUE.match(status) and unknown):
        return Kind.HARD
    return Kind.SOFT


def verdict_unsure(status: str, said: str) -> ReportKind:
    """The same for a mail whose shape does not say whether its server goes on trying."""
    given_up = verdict(status, said)
    if given_up is Kind.SOFT and LATER.search(plain(said)) and not status.startswith("5."):
        return Kind.DELAYED
    return given_up


def about_the_address(status: str) -> bool:
    """Whether a permanent status of RFC 3463 says that the mailbox does not take mail."""
    _, subject, detail = (int(part) for part in status.split("."))
    return (subject == 1 and detail not in _NOT_THE_ADDRESS) or status == "5.2.1"
