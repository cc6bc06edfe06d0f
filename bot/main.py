"""The bot: listens on the messenger that this installation has set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.errors import Refused
from app.house import House

# Name → what listens on that messenger until it is stopped. One file and one line each; the
# terminal is not here: it is a conversation that one starts (`barometre chat`).
MESSENGERS: Mapping[str, Callable[[House], None]] = {}


class NoMessenger(Refused):
    """Nothing to listen on by that name."""

    sentence = (
        "Aucune messagerie n’est configurée sous ce nom. Essayez le dialogue ici avec "
        "«\u00a0barometre chat --territory CODE\u00a0»."
    )


def run_bot(house: House, name: str) -> None:
    """Listen on one messenger until stopped: one process each, so that one cannot stop another."""
    if name not in MESSENGERS:
        raise NoMessenger
    MESSENGERS[name](house)
