"""The words that lead a conversation, whatever is being asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from app.interview.french import fold
from bot.command_words import WAYS, Command

__all__ = [
    "FIRM",
    "OF_THE_DOOR",
    "WORDS",
    "Command",
    "Leading",
    "guessed_in",
    "leading_in",
    "without_politeness",
]

LONGEST = 120  # characters: whoever writes more is not giving an order


# Said in the middle of a question, these are obeyed even where a part of a choice is spelt alike.
FIRM = frozenset(
    {
        *("aide", "help", "pourquoi", "retour", "passer", "pause", "stop", "relire", "envoyer"),
        *("start", "reprendre", "continuer"),
    }
)
_ABOUT_US = frozenset(
    {
        *(Command.HELP, Command.WHY, Command.WHO, Command.WHO_SEES, Command.ROBOT),
        *(Command.SOMEBODY, Command.HOW_LONG),
    }
)
"""What is put to us in a sentence of three words is no answer: "c’est public ?" where a choice is
an "espace public"."""

OF_THE_DOOR = frozenset(
    {Command.STOP, Command.UNTIE, Command.TIE, Command.TERRITORIES, Command.ANOTHER_BOT}
)
"""Commands about the conversation itself: they need no authority chosen, or change it."""


@dataclass(frozen=True, slots=True)
class Leading:
    """A command as it was given, with what follows it: a number, an address, a name."""

    command: Command
    rest: str = ""
    firm: bool = False  # obeyed even where an answer is spelt alike


WORDS: Mapping[str, Command] = {way: one for one, ways in WAYS.items() for way in ways}
"""Each way of saying a command, as it is compared: no accent, no capital, no final punctuation."""

_GUESSED = [way for way, one in WORDS.items() if one not in (Command.TIE, Command.ANGRY)]
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
    (Command.TIE, re.compile(r"(?:relier|lier|code|mon code est)\s*:?\s*([0-9][0-9 .\-]{4,12})")),
    (
        Command.HELLO,
        re.compile(
            r"(?:bonjour|bonsoir|salut|coucou)"
            r"(?:[ ,]+(?:madame|monsieur|mesdames|messieurs|a vous|a tous|et|l'equipe|vous))*()"
        ),
    ),
    (Command.START, re.compile(r"start\s+(\S.*)")),
    (Command.UNTIE, re.compile(r"(?:delier|detacher|dissocier) (.+)")),
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
    if len(text) > LONGEST:
        return None
    for said in _said(text):
        if said in WORDS:
            return Leading(WORDS[said], firm=said in FIRM or _is_put_to_us(said))
        for command, pattern in _WITH_REST:
            found = pattern.fullmatch(said)
            if found is not None:
                return Leading(command, _as_typed(text, found[1].strip()))
    return None


def without_politeness(said: str) -> str:
    """What was said, folded, without what politeness puts around it; it may be empty."""
    return _AFTER.sub("", _BEFORE.sub("", said)).rstrip(".?!, ")


def _said(text: str) -> Iterator[str]:
    """What was said as it is compared, then without what politeness puts around it."""
    said = fold(text[:LONGEST]).strip("\"'«» ").rstrip(".?!… ").strip()
    yield said
    bare = without_politeness(said)
    if bare and bare != said:
        yield bare


def _is_put_to_us(said: str) -> bool:
    return WORDS[said] in _ABOUT_US and len(re.findall(r"[a-z]+", said)) > 2


def _as_typed(text: str, rest: str) -> str:
    """The end of a text with the capitals it was typed with: a token has some."""
    typed = text.strip()
    at = typed.casefold().rfind(rest) if rest else -1
    return typed[at : at + len(rest)] if at >= 0 else rest
