"""The words that lead a conversation, whatever is being asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from app.interview.french import fold
from app.interview.typed_words import said as plain
from bot.command_words import WAYS, Command
from bot.stopping import LONGEST, begins_as_one, is_order

__all__ = [
    "OF_THE_DOOR",
    "TAUGHT",
    "WORDS",
    "Command",
    "Leading",
    "guessed_in",
    "is_courtesy",
    "leading_in",
    "without_politeness",
]

OF_THE_DOOR = frozenset(
    {Command.STOP, Command.UNTIE, Command.TIE, Command.TERRITORIES, Command.ANOTHER_BOT}
)
"""Commands about the conversation itself: they need no authority chosen, or change it."""


@dataclass(frozen=True, slots=True)
class Leading:
    """A command as it was given, with what follows it: a number, an address, a name.

    `firm`: obeyed whatever waits. `word`: the way of saying it, where nothing else was said.
    """

    command: Command
    rest: str = ""
    firm: bool = False
    word: str = ""


WORDS: Mapping[str, Command] = {way: one for one, ways in WAYS.items() for way in ways}
"""Each way of saying a command, as it is compared: no accent, no capital, no final punctuation."""

TAUGHT = frozenset({fold(one.value) for one in Command if one.value[0] != "/"} | {"continuer"})
"""The words that our own sentences tell people to write."""

_NOT_GUESSED = ("relier", "lier", "code")
_GUESSED = [
    way for way, one in WORDS.items() if one is not Command.ANGRY and way not in _NOT_GUESSED
]
"""Those that are looked for in a misspelt text: "relir" is no "relier", which few people say, and
nobody is thought rude for a slip."""

_WITH_REST: tuple[tuple[Command, re.Pattern[str]], ...] = (
    (
        Command.CHANGE,
        re.compile(
            r"(?:changer|modifier|corriger|rectifier|changez|modifiez)"
            r"(?: (?:la |ma |le )?(?:question|reponse|numero|n°|no)| la| le)*\s*n?°?\s*([0-9]{1,3})"
        ),
    ),
    (
        Command.DELEGATE,
        re.compile(r"(?:confier|confiez|deleguer|transmettre|transferer|envoyer a)\b(.*@.*)"),
    ),
    (
        Command.DELEGATE,
        re.compile(r"(?:confier|deleguer|transmettre)\b(?: (?:a|au|le|ce|la) .{1,40})?()"),
    ),
    (
        Command.TIE,
        re.compile(
            r"(?:associer|relier|lier|code|mon code(?: est)?|le code(?: est)?)"
            r"\s*:?\s*([0-9][0-9 .\-]{4,12})"
        ),
    ),
    (
        Command.HELLO,
        re.compile(
            r"(?:bonjour|bonsoir|salut|coucou)"
            r"(?:[ ,]+(?:madame|monsieur|mesdames|messieurs|a vous|a tous|et|l'equipe|vous))*()"
        ),
    ),
    (Command.START, re.compile(r"start\s+(\S.*)")),
    (Command.UNTIE, re.compile(r"(?:dissocier|delier|detacher) (.+)")),
    (
        Command.TERRITORIES,
        re.compile(r"(?:(?:changer de |autre )?(?:commune|mairie|collectivite)) (.{2,60})"),
    ),
    (Command.THEMES, re.compile(r"(?:changer de |autre )?themes? (.{2,60})")),
)
_BEFORE = re.compile(
    r"^(?:(?:je (?:veux|voudrais|souhaite|prefere|peux)|j'aimerais|on peut|est-ce que je peux|"
    r"(?:pouvez|peux)[- ](?:vous|tu)|dites(?:-moi)?|excusez-moi|pardon|euh|bon|alors|ok|et|mais)"
    r"\s*,?\s+)+"
)
_AFTER = re.compile(r"\s*,?\s*(?:svp|stp|s'il vous plait|s'il te plait|merci|please)$")
_POLITE = frozenset(
    {
        *("svp", "stp", "s'il vous plait", "s'il te plait", "merci d'avance", "cordialement"),
        *("bien cordialement", "bien a vous", "bonne journee", "bonne soiree", "bon courage"),
        *("belle journee", "bonne reception", "a bientot", "respectueusement", "bonne semaine"),
    }
)
_SLASH = re.compile(r"/([^\s@/]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_CLOSE = 0.82
"""How alike, from 0 to 1, a misspelt word must be: one letter in six, give or take."""


def leading_in(text: str, *, our_name: str = "") -> Leading | None:
    """The command that this text is, with or without a slash; None when it is none.

    `our_name`: the bot's own, without @, where it has one: "/aide@another" is not for us.
    """
    said = text.strip()
    slash = _SLASH.fullmatch(said)
    if slash is not None:
        word, name, rest = slash.groups(default="")
        if name and name.casefold() != our_name.casefold():
            return Leading(Command.ANOTHER_BOT, firm=True)
        found = _known(f"{word.replace('_', ' ')} {rest}".strip())
        if found is None:
            return Leading(Command.UNKNOWN, firm=True)
        return Leading(found.command, found.rest, firm=True)
    return _known(said)


def guessed_in(text: str) -> Leading | None:
    """The one command that a misspelt text looks like; None where two do, or none."""
    for said in _said(text):
        if not 4 <= len(said) <= 40:
            continue
        close = get_close_matches(said, _GUESSED, n=3, cutoff=_CLOSE)
        meant = {WORDS[way] for way in close}
        if len(meant) == 1:
            return Leading(meant.pop())
    return None


def _known(text: str) -> Leading | None:
    if text.strip() and not text.strip("? "):
        return Leading(Command.HELP, firm=True)
    if is_order(text):
        return Leading(Command.STOP, firm=True)
    if len(text) <= LONGEST:
        for said in _said(text):
            if said in WORDS:
                return Leading(WORDS[said], firm=WORDS[said] is Command.STOP, word=said)
            for command, pattern in _WITH_REST:
                found = pattern.fullmatch(said)
                if found is not None:
                    word = said if command is Command.HELLO else ""
                    return Leading(command, _as_typed(text, found[1].strip()), word=word)
    return Leading(Command.STOP) if begins_as_one(text) else None


def is_courtesy(line: str) -> bool:
    """Whether a line is polite, and nothing else."""
    leading = _known(line)
    polite = leading is not None and leading.command in (Command.HELLO, Command.THANKS)
    return polite or plain(line) in _POLITE


def without_politeness(said: str) -> str:
    """What was said, folded, without what politeness puts around it; it may be empty."""
    return _AFTER.sub("", _BEFORE.sub("", said)).rstrip(".?!, ")


def _said(text: str) -> Iterator[str]:
    """What was said as it is compared, then without what politeness puts around it."""
    said = plain(text[:LONGEST])
    yield said
    bare = without_politeness(said)
    if bare and bare != said:
        yield bare


def _as_typed(text: str, rest: str) -> str:
    """The end of a text with the capitals it was typed with: a token has some."""
    typed = text.strip()
    at = typed.casefold().rfind(rest) if rest else -1
    return typed[at : at + len(rest)] if at >= 0 else rest
