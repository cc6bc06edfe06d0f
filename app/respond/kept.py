"""What a browser keeps while the line is down, and where it is told to forget it."""

from __future__ import annotations

from hashlib import sha256


def kept_under(token: str, theme: str) -> str:
    """The name of that place in the browser: it does not tell the link."""
    return "barometre:" + sha256(f"{token}/{theme}".encode()).hexdigest()[:24]
