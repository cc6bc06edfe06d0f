"""The bot: listens on the messengers that this installation has set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.errors import Refused
from app.house import House
from app.settings import Settings
from bot.channels import matrix, telegram


@dataclass(frozen=True, slots=True)
class Listener:
    """What listens on one messenger until it is stopped, and whether it has an account to."""

    is_set_up: Callable[[Settings], bool]
    listen: Callable[[House], None]


# One file and one line each; the terminal is not here: it is a conversation that one starts
# (`barometre chat`).
MESSENGERS: Mapping[str, Listener] = {
    "telegram": Listener(telegram.is_set_up, telegram.listen),
    "tchap": Listener(matrix.is_set_up, matrix.listen),
}


class NoMessenger(Refused):
    """Nothing to listen on by that name."""

    sentence = (
        "Aucune messagerie n’est configurée sous ce nom. Essayez le dialogue ici avec "
        "«\u00a0barometre chat --territory CODE\u00a0»."
    )


def set_up(settings: Settings) -> list[str]:
    """The messengers that these settings give an account on."""
    return [name for name, one in MESSENGERS.items() if one.is_set_up(settings)]


def run_bot(house: House, name: str) -> None:
    """Listen on one messenger until stopped: one process each, so that one cannot stop another."""
    if name not in MESSENGERS:
        raise NoMessenger
    MESSENGERS[name].listen(house)
