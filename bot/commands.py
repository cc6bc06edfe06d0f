"""The words that lead a conversation, whatever is being asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from app.interview.french import fold
from app.interview.typed_words import said as plain
from app.interview.typed_words import tokens, turns
from app.interview.typos import allowed, distance
from bot.command_words import WAYS, Command
from bot.questions_back import about
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

_RUDE = re.compile(
    r"\b(?:chier|chiant\w*|fout(?:re|ez|ent|us?)|conn(?:ard|asse|erie)s?|conn?e?s?|merd\w+|putain|nuls|nulles|debiles?|"
    r"abrutis?|incapables?|imbeciles?|gueule|emmerd\w+|saoul\w+|m'enerv\w+|marre)\b"
)
"""What is said by somebody who has had enough, among whichever words."""

_NOT_GUESSED = ("relier", "lier", "code", "arreter", "arretez")
_GUESSED = [
    way for way, one in WORDS.items() if one is not Command.ANGRY and way not in _NOT_GUESSED
]
"""Those that are looked for in a misspelt text: "relir" is no "relier", which few people say,
"arrêtés" are decrees, and nobody is thought rude for a slip."""

_WRONG = r"(?:je me suis trompee?|j'ai fait une erreur|(?:il y a |c'est )?une erreur|erreur)"
_BYE = (
    r"(?:au revoir|a bientot|a plus tard|a demain|a la prochaine|bye|ciao|"
    r"bonn?e? (?:fin de )?(?:journee|soiree|semaine|apres-midi|week-?end|continuation|nuit))"
)

_WITH_REST: tuple[tuple[Command, re.Pattern[str]], ...] = (
    (
        Command.CHANGE,
        re.compile(
            rf"(?:changer|modifier|corriger|rectifier|changez|modifiez|{_WRONG} (?:a|sur|pour))"
            r"(?: (?:la |ma |le )?(?:question|reponse|numero|n°|no)| la| le)*\s*n?°?\s*([0-9]{1,3})"
        ),
    ),
    (
        Command.BACK,
        re.compile(
            rf"(?:{_WRONG} (?:a|sur|pour|dans)|changer|modifier|corriger|rectifier)"
            r"(?: la| ma)?(?: question| reponse)? (?:(?:la )?precedente|d'avant|(?:juste )?avant)()"
        ),
    ),
    (
        Command.PAUSE,
        re.compile(
            rf"(?:(?:ok|merci(?: beaucoup| bien)?(?: a vous)?)[ ,.;!]+(?:et )?)*{_BYE}"
            rf"(?:[ ,.;!]+(?:et |a vous |madame|monsieur|merci|{_BYE}|a tous))*()"
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
_SAID_ALONE = frozenset({Command.HELLO, Command.PAUSE, Command.BACK})
"""Of these, those after which nothing else is said."""
_BEFORE = re.compile(
    r"^(?:(?:je (?:veux|voudrais|souhaite|prefere|peux)|j'aimerais|on peut|est-ce que je peux|"
    r"(?:pouvez|peux)[- ](?:vous|tu)|dites(?:-moi)?|excusez-moi|pardon|oups|euh|bon|alors|ok|et|"
    r"mais|merci(?: beaucoup| bien)?(?: a vous)?)\s*[,.!]?\s+)+"
)
_AFTER = re.compile(r"\s*,?\s*(?:et )?(?:svp|stp|s'il vous plait|s'il te plait|merci|please)$")
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
    """The one command that a misspelt text looks like; None where two do, or none.

    Only once it could not be read as an answer.
    """
    for said in _said(text):
        if not 4 <= len(said) <= 40:
            continue
        meant = {WORDS[way] for way in _close(said)}
        if len(meant) == 1:
            return Leading(meant.pop())
    return Leading(Command.ANGRY) if _RUDE.search(plain(text[:LONGEST])) else None


def _close(said: str) -> list[str]:
    """The ways of saying a command that this may be a misspelling of.

    A word alone is held to the slips that one makes in a word: "inscription" is another word than
    "désinscription". A turn of phrase is held to its turns: "plus maintenant" is not "pas
    maintenant".
    """
    close = get_close_matches(said, _GUESSED, n=3, cutoff=_CLOSE)
    if " " in said:
        return [way for way in close if turns(tokens(way)) == turns(tokens(said))]
    most = allowed(len(said))
    return [way for way in close if distance(said, way, most=most) <= most]


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
                    word = said if command in _SAID_ALONE else ""
                    return Leading(command, _as_typed(text, found[1].strip()), word=word)
            asked = about(text, said)
            if asked is not None:
                return Leading(asked, word=said)
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
