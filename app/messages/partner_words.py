"""What a partner may write in a prenotice: sentences, and no way out of the mail but ours.

Each mail says how to verify that it is genuine (where it comes from, where its links lead); a link
or an address that a stranger put beside it would undo that.
"""

from __future__ import annotations

import re
import unicodedata

_MAILBOX = re.compile(r"[^\s@<>()\[\],;:«»\"]+@[\w-]+(?:\.[\w-]+)+")
_MARKUP = re.compile(r"</?[a-z!]|&#?\w+;", re.IGNORECASE)
_SCHEME = re.compile(r"\b(?:[a-z][a-z0-9+.-]*://|mailto:|javascript:|data:)\S*", re.IGNORECASE)
# Mail programs make a link of any name that looks like one; the ideographic full stops count.
_DOMAIN = re.compile(r"(?:[^\W_][\w-]*[.\u3002])+[^\W\d_]{2,}")
_IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")  # five pairs are a telephone


def readable(words: str) -> str:
    """The words on one line, without the signs that nobody sees and that hide what is written."""
    seen = "".join(sign for sign in words if unicodedata.category(sign) != "Cf")
    return " ".join(seen.split())


def why_not(words: str, reply_to: str) -> str | None:
    """Why a mail of ours may not carry these words, in French; None: it may.

    Their own reply address may be written out: whoever replies writes there anyway.
    """
    plain = unicodedata.normalize("NFKC", words)
    if _MARKUP.search(plain):
        return "écrivez sans balises, seulement des phrases"
    rest = _MAILBOX.sub(lambda found: _unless_theirs(found[0], reply_to), plain)
    if "@" in rest:
        return "la seule adresse de courriel permise est son adresse de réponse"
    found = _SCHEME.search(rest) or _IP.search(rest) or _DOMAIN.search(rest)
    if found is None:
        return None
    return (
        f"«\u00a0{found[0]}\u00a0» ressemble à un lien, et ce courriel ne porte que les nôtres. "
        "Retirez-le, ou mettez une espace après le point"
    )


def _unless_theirs(mailbox: str, reply_to: str) -> str:
    return " " if mailbox.casefold() == reply_to.casefold() else mailbox
