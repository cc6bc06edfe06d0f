"""Which of two answers is kept, as a person says it: by its line, by whose it is, by its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.collect.authors import YOU
from app.interview.french import fold
from app.interview.questionnaire import Question
from app.interview.typed import read_typed
from app.interview.typed_words import said, without_courtesy
from app.interview.values import Value

COUNTED, MINE = 1, 2
"""The lines of the prompt: the answer that counts now, and what this person said."""

_KEEPING = re.compile(
    r"^(?:(?:je|on|nous|c'est|ce sera|plutot|alors|donc|la reponse|reponse|ligne|choix|numero|n°|"
    r"no|gard(?:e|er|ez|ons)|prend(?:s|re|ez)?|prenons|choisis|choisir|choisissez|prefere|preferons|"
    r"veux|voudrais|voulons|laiss(?:e|er|ez)|met(?:s|tez|tre)|le|la|l')(?:\s+|(?<=')))+"
)
_NUMBER = re.compile(r"([12])\s*[.)]?(?:\s*[,;:–—-]\D*|\s+mais\b\D*)?")
_WORDS = {
    COUNTED: re.compile(
        r"1\s?ere?|un|une|premiere?|actuelle|ancienne|celle (?:d'avant|qui compte)"
    ),
    MINE: re.compile(r"2\s?n?de?|2\s?i?eme|2e|deux|deuxieme|seconde?|nouvelle|derniere"),
}
_WHOSE = {
    COUNTED: re.compile(r"sienn?e?|sien|leur"),
    MINE: re.compile(r"mienn?e?|mien|notre|moi|nous|(?:celle )?de (?:moi|nous)|ma reponse"),
}
_OF = re.compile(r"^celle d(?:e|u|es) ")
_OF_LINES = re.compile(r"[0-9]|\bdeux\b|\bni\b|^celles? ")
"""Of the two lines, though of neither alone: not to be read as the choice that looks like it."""
_SMALL = frozenset({"ma", "mon", "mes", "la", "le", "les", "l", "un", "une", "notre", "nos"})
_COLLEAGUE = frozenset({"collegue", "collegues"})


@dataclass(frozen=True, slots=True)
class Two:
    """Two answers to one question; `by`: who gave the one that counts, as the reader is told."""

    question: Question
    counted: Value | None
    by: str
    mine: Value | None


def line_in(two: Two, text: str) -> int | None:
    """`COUNTED` or `MINE`; None where neither is meant, or both may be.

    Where both are the reader's own, from two places, "la mienne" tells nothing.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    plain = said(first)
    bare = _KEEPING.sub("", without_courtesy(plain))
    number = _NUMBER.fullmatch(bare)
    if number:
        return int(number[1])
    found = {line for words in (bare, plain) for line in _lines_of(two, words)}
    if found or (two.question.choices and _OF_LINES.search(bare)):
        return found.pop() if len(found) == 1 else None
    value = read_typed(two.question, first)
    meant = [line for line, one in ((COUNTED, two.counted), (MINE, two.mine)) if one == value]
    return meant[0] if len(meant) == 1 else None


def _lines_of(two: Two, words: str) -> set[int]:
    """The lines that these words name: by its rank, by its age, by whose it is."""
    ways = [_WORDS] if two.by == YOU else [_WORDS, _WHOSE]
    found = {line for way in ways for line, one in way.items() if one.fullmatch(words)}
    return found | {COUNTED} if two.by != YOU and _names(two.by, words) else found


def _names(by: str, words: str) -> bool:
    """Whether these words name whoever gave the answer that counts: "celle de ma collègue"."""
    told = set(re.findall(r"\w+", _OF.sub("", words))) - _SMALL
    return bool(told) and told <= {*re.findall(r"\w+", fold(by)), *_COLLEAGUE}
