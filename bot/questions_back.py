"""A question that a person asks us, told by what it is about; however they put it.

Only what ends with a question mark is one: "non, c'est obligatoire de passer au guichet" is said of
their own town hall.
"""

from __future__ import annotations

import re

from bot.command_words import Command

_ABOUT: tuple[tuple[Command, re.Pattern[str]], ...] = (
    (
        Command.WHO_SEES,
        re.compile(
            r"\bqui (?:va |vont |peut |peuvent |pourra |est-ce qui )?"
            r"(?:voi[rt]|voient|lire|lit|lisent|regarde|aura|a acces)\b|"
            r"\b(?:peut|peuvent|pourra|pourront) (?:voir|lire)\b|\banonymes?\b|"
            r"\bconfidentiel(?:le)?s?\b|\b(?:sera|seront|est|sont) publi(?:c|que|ee?)s?\b"
        ),
    ),
    (
        Command.HOW_LONG,
        re.compile(
            r"\bcombien de (?:temps|minutes)\b|\b(?:long|longtemps)\b|\bjusqu'a quand\b|"
            r"\bdate limite\b|\bavant quelle date\b|"
            r"\bm'arreter\b|\b(?:en )?plusieurs fois\b|\bquand je veux\b"
        ),
    ),
    (Command.PROGRESS, re.compile(r"\b(?:combien|beaucoup) de questions\b")),
    (
        Command.WHY,
        re.compile(
            r"^(?:mais |et )?pourquoi\b|\ba quoi (?:ca|cela) sert\b|\b(?:ca|cela) sert a quoi\b|"
            r"^quel (?:est le )?(?:rapport|interet|but)\b"
        ),
    ),
    (
        Command.WHO,
        re.compile(
            r"\bobligatoire\b|\bobligee?s?\b|\bfacultati(?:f|ve)\b|\bpour qui\b|"
            r"\bofficiel(?:le)?\b|\bqui (?:etes|envoie|organise|demande|finance|est derriere)\b|"
            r"\bvous (?:faites|ferez|allez faire) (?:quoi )?(?:de|avec)\b"
        ),
    ),
)
"""The first that fits is answered."""


def asks(text: str) -> bool:
    """Whether this is a question of several words: "3 ?" is a hesitant answer."""
    return text.rstrip(" \u00a0)!").endswith("?") and len(text.split()) > 2


def about(text: str, said: str) -> Command | None:
    """What a question is about, of what we can answer; None where it is no such question.

    `text` as it was typed, `said` as it is compared.
    """
    if not asks(text):
        return None
    return next((command for command, asked in _ABOUT if asked.search(said)), None)
