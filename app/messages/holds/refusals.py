"""Whether a domain's server refuses us, or only some mailboxes. Pure.

A whole département may share one mail server: when it turns against us, every further message
is one more reason for it not to listen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from app.vocabulary.message_life import EventKind

LOOKED_BACK = timedelta(minutes=15)
FEWEST_MAILBOXES = 5
REFUSED_SHARE = 0.8

# RFC 3463, what the status speaks of: system (3), network and routing (4), policy (7). Addresses
# (1), mailboxes (2), the protocol (5) and the content (6) are one message's own trouble.
_ABOUT_US = re.compile(r"[45]\.[347]\.\d+")
_STATUS = re.compile(r"\b[245]\.\d+\.\d+\b")
# Without a finer status: "no", to whoever we write.
_BARE = re.compile(r"(550|554)\b")


@dataclass(frozen=True, slots=True)
class Seen:
    """So many mailboxes of a domain whose last news is the same."""

    domain: str
    kind: str  # of a message's event
    detail: str  # the server's code, RFC 3463's status, or both
    again: bool  # tried for longer than greylisting lasts
    n: int


def refusing(seen: Iterable[Seen]) -> list[str]:
    """The domains that refuse us: five mailboxes tried at least, four in five refused."""
    tried: dict[str, int] = {}
    refused: dict[str, int] = {}
    for one in seen:
        tried[one.domain] = tried.get(one.domain, 0) + one.n
        if is_refusal(one.kind, one.detail, again=one.again):
            refused[one.domain] = refused.get(one.domain, 0) + one.n
    return sorted(
        domain
        for domain, n in refused.items()
        if tried[domain] >= FEWEST_MAILBOXES and n >= REFUSED_SHARE * tried[domain]
    )


def is_refusal(kind: str, detail: str, *, again: bool) -> bool:
    """Whether this speaks of us rather than of one mailbox or one message.

    A server may put off whoever it does not know for some minutes (greylisting, five by default in
    Postgrey): putting off counts from the fourth try on, twenty minutes after the first.
    """
    status = _STATUS.search(detail)
    if kind == EventKind.DEFERRED:
        return again and (status is None or bool(_ABOUT_US.fullmatch(status[0])))
    if kind in (EventKind.REFUSED, EventKind.BOUNCED):
        return bool(_ABOUT_US.fullmatch(status[0]) if status else _BARE.match(detail))
    return False
