"""What a mailbox looks like: the least that must hold before one writes to it."""

from __future__ import annotations

import re

from app.errors import Refused

LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_MAILBOX = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}")


class BadMailbox(Refused):
    """It cannot be an e-mail address."""

    sentence = (
        "«\u00a0{email}\u00a0» n’est pas une adresse électronique. "
        "Écrivez-la en entier, comme nom@exemple.fr."
    )


def is_mailbox(email: str) -> bool:
    """Whether one may try to write there; only a bounce tells whether anybody reads it."""
    local = email.partition("@")[0]
    return (
        len(email) <= LONGEST
        and email.isprintable()  # no control character, which PostgreSQL or a header refuses
        and email.isascii()  # accents need SMTPUTF8, which few servers of town halls have
        and _MAILBOX.fullmatch(email.lower()) is not None
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in email
    )


def mailbox(email: str) -> str:
    """The address as it is kept: trimmed, its domain in lower case; `BadMailbox` otherwise."""
    trimmed = email.strip()
    if not is_mailbox(trimmed):
        raise BadMailbox(email=trimmed)
    local, _, domain = trimmed.partition("@")
    return f"{local}@{domain.lower()}"
