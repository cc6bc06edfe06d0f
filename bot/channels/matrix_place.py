"""A conversation on Matrix: one person in one room, and not the room. Pure.

A room changes hands: whoever leaves it may leave somebody else there, with us. What was tied by
the one must not speak to the other, so the name of a conversation holds both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_EVERYONE = "*"
_BETWEEN = " "  # in no room's name


def place_of(room_id: str, user_id: str) -> str:
    """The conversation with this person in this room.

    It holds a digest and not the account's name, which is the person's own: addresses are shown.
    """
    digest = hashlib.sha256(f"{room_id}{_BETWEEN}{user_id}".encode()).hexdigest()[:32]
    return f"{room_id}{_BETWEEN}{digest}"


def place_of_all(room_id: str) -> str:
    """A room of several: what is said there is said to whoever is in it. It is tied to nothing."""
    return f"{room_id}{_BETWEEN}{_EVERYONE}"


def room_of(place: str) -> str:
    """The room of a conversation."""
    return place.partition(_BETWEEN)[0]


def is_between(place: str, members: Sequence[str]) -> bool:
    """Whether these members of its room, we left out, are those that the conversation is with."""
    room_id, _, who = place.partition(_BETWEEN)
    if who == _EVERYONE:
        return bool(members)
    return [place_of(room_id, one) for one in members] == [place]
