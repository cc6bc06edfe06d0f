"""What a browser keeps while the line is down, and where it is told to forget it."""

from __future__ import annotations

from hashlib import sha256


def kept_under(case_id: int) -> str:
    """The name of that place in the browser: one theme of one authority in one wave.

    Not of a link: an answer kept under a link that was renewed since still finds its theme, and
    one of an earlier wave is never taken for this one's.
    """
    return "barometre:" + sha256(f"case {case_id}".encode()).hexdigest()[:24]
