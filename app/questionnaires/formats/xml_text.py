"""Which texts XML, and a spreadsheet's cell, can hold."""

from __future__ import annotations

import re

from app.errors import Refused

LONGEST_CELL = 32_767
"""Characters a spreadsheet keeps in a cell."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (its production 2, Char)."""


class UnwritableText(Refused):
    """A text that cannot be exported: a control character, or far too long for a cell."""

    sentence = "Corrigez le texte «\u00a0{start}\u00a0»\u00a0: {reason}."


def fit_for_xml(text: str) -> str:
    """The text itself; `UnwritableText` if XML cannot hold it."""
    found = _FORBIDDEN.search(text)
    if found:
        start = _FORBIDDEN.sub(" ", text[:40]).strip()
        reason = f"il contient le caractère invisible U+{ord(found[0]):04X}"
        raise UnwritableText(start=start, reason=reason)
    return text


def fit_for_cell(text: str) -> str:
    """The text itself; `UnwritableText` if a cell cannot hold it whole."""
    if len(text) > LONGEST_CELL:
        raise UnwritableText(start=text[:40], reason="il est trop long pour un tableur")
    return fit_for_xml(text)
