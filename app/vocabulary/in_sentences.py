"""Labels inside sentences."""

from __future__ import annotations


def uncapitalised(label: str) -> str:
    """A label as it stands inside a sentence, and not at its beginning; names stay as they are."""
    return label[:1].lower() + label[1:]
