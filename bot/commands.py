"""The words that lead a conversation, whatever is being asked."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from app.interview.french import fold


class Command(Enum):
    """What a person may ask for at any time."""

    HELP = "aide"
    BACK = "retour"
    SKIP = "passer"
    PAUSE = "stop"
    THEMES = "thèmes"
    SUBMIT = "envoyer"


_WORDS: Mapping[str, Command] = {
    **dict.fromkeys(("aide", "help", "?", "au secours"), Command.HELP),
    **dict.fromkeys(("retour", "precedent", "precedente", "revenir"), Command.BACK),
    **dict.fromkeys(("passer", "suivant", "suivante", "sauter"), Command.SKIP),
    **dict.fromkeys(("stop", "pause", "plus tard", "au revoir"), Command.PAUSE),
    **dict.fromkeys(("themes", "theme", "menu", "start"), Command.THEMES),
    **dict.fromkeys(("envoyer", "terminer"), Command.SUBMIT),
}


def command_in(text: str) -> Command | None:
    """The command that this text is, with or without a slash."""
    return _WORDS.get(fold(text[:50]).strip("/ .!"))
