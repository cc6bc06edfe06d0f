"""Which mailboxes share a throttle: a lane is a group of providers.

Known below the panel, which writes it with each address; `app/messages/lanes.py` says how many
connections a lane may hold.
"""

from __future__ import annotations

WIDE = "wide"
LANE_OF_DOMAIN: dict[str, str] = {
    "orange.fr": "orange",
    "wanadoo.fr": "orange",
    "voila.fr": "orange",
}


def lane_of(email: str) -> str:
    """The lane of a mailbox, by its domain; most providers share one wide lane."""
    return LANE_OF_DOMAIN.get(email.rpartition("@")[2].strip().lower(), WIDE)
