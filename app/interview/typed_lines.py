"""The lines of a list that typed words mean: by number, by yes or no, by label, typos included."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from app.interview.french import fold
from app.interview.number_words import number_of
from app.interview.questionnaire import Option
from app.interview.typed_words import (
    may_be_misspelt,
    says_enough,
    telling,
    tokens,
    turns,
    without_courtesy,
)
from app.interview.typos import allowed, distance
from app.interview.values import SPECIAL_CODES

_FIRST_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "oui",
        re.compile(
            r"(?:o+u+i+|oiu|o|ouais|ouep|yes|yep)(?:,? (?:oui|ouais|bien sur|tout a fait|"
            r"absolument|c'est le cas|(?:nous en avons|on en a|il y en a)(?: une?)?))*|"
            r"tout a fait|bien sur(?: que oui)?|absolument|c'est le cas|affirmatif"
        ),
    ),
    (
        "non",
        re.compile(
            r"(?:n+o+n+|n|nan|no|nn)(?:,? (?:non|nan|pas du tout|malheureusement|helas|"
            r"(?:nous n'en avons|on n'en a|il n'y en a|on en a) pas))*|"
            r"(?:malheureusement|helas),? non|pas du tout|toujours pas|absolument pas|negatif"
        ),
    ),
    (
        "prevu",
        re.compile(r"p|(?:oui,? )?(?:c'est )?(?:prevue?s?|en projet|bientot)"),
    ),
)
"""The first word of the choice that is meant ← what is typed."""

_CALLED = (
    r"(?:la|le|l'|ma|mes|(?:les )?(?:reponses?|numeros?|choix|options?)|num|n°|nos?(?=\s)|#|c'est)"
)
_NUMBERED = re.compile(rf"(?:{_CALLED}\s*)*([0-9]{{1,3}})(?:er|ere|e|eme|ieme)?\s*[.)°]?")
_IN_WORDS = re.compile(rf"(?:{_CALLED}\s+)+(.+)")  # "deux" alone may be a count
_RANK = re.compile(rf"(?:{_CALLED}\s+)*(.+)")
_RANKS: Mapping[str, int] = {
    **{"premier": 1, "premiere": 1, "second": 2, "seconde": 2, "deuxieme": 2, "troisieme": 3},
    **{"quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7},
}
_LINE = re.compile(r"([0-9]{1,2})(?:\s*[.):=–-]\s*|\s+)([^\d\s].*)")


def first_word(said: str) -> str:
    """ "oui", "non" or "prevu", where that is all that was said, in whichever words; else empty."""
    return next((first for first, ways in _FIRST_WORDS if ways.fullmatch(said)), "")


def matches(options: Sequence[Option], said: str) -> Sequence[Option]:
    """The options meant: one when it is clear, several when it is not, none when nothing fits."""
    for words in dict.fromkeys((said, without_courtesy(said))):
        found = _meant(options, words)
        if found:
            return found
    return []


def _meant(options: Sequence[Option], said: str) -> Sequence[Option]:
    same = [option for option in options if said == fold(option.label)]
    if same:
        return same
    if _NUMBERED.fullmatch(said):
        return numbered(options, said)
    ordinary = [o for o in options if o.code not in SPECIAL_CODES]
    first = first_word(said)
    if first:
        return [o for o in ordinary if re.split(r"\W", fold(o.label))[0] == first]
    counted = numbered(options, said)
    found = _whole(options, said) or _part(ordinary, said)
    if counted or found:
        return sorted({*counted, *found})
    return _copied(options, said)


def numbered(options: Sequence[Option], said: str) -> list[Option]:
    """The option of that number, in figures or in words."""
    figures = _NUMBERED.fullmatch(said)
    if figures:
        return [option for option in options if option.number == int(figures[1])]
    words = _IN_WORDS.fullmatch(said)
    ranked = _RANK.fullmatch(said)
    number = _RANKS.get(ranked[1]) if ranked else None
    if number is None and words:
        number = number_of(words[1])
    return [option for option in options if option.number == number]


def _copied(options: Sequence[Option], said: str) -> list[Option]:
    """A line typed as it is shown, number and label: both must say the same."""
    line = _LINE.fullmatch(said)
    if not line:
        return []
    counted = [option for option in options if option.number == int(line[1])]
    labelled = _meant(options, line[2])
    if set(counted) <= set(labelled):
        return counted
    return sorted({*counted, *labelled}) if labelled else []


def _whole(options: Sequence[Option], said: str) -> list[Option]:
    """The options whose label was typed to the end, but for little words or a slip or two."""
    typed = tokens(said)
    told = telling(typed)
    if not says_enough(told):
        return []
    labels = [(option, tokens(fold(option.label))) for option in options]
    same = [option for option, parts in labels if telling(parts) == told]
    if same:
        return same
    return [
        option
        for option, parts in labels
        if turns(parts) == turns(typed)
        and (_alike(" ".join(typed), " ".join(parts)) or _alike(_joined(typed), _joined(parts)))
    ]


def _joined(parts: Sequence[str]) -> str:
    return " ".join(telling(parts))


def _part(options: Sequence[Option], said: str) -> list[Option]:
    """The options of whose label some words were typed: as they are spelt, else misspelt.

    Words that another label holds with a turn of its own (`sans`, `très`) tell neither apart.
    """
    typed = telling(tokens(said))
    if not says_enough(typed):
        return []
    labels = [(option, telling(tokens(fold(option.label)))) for option in options]
    for same in (_begins, _is_near):
        begun = [option for option, label in labels if _starts(typed, label, same)]
        within = [option for option, label in labels if _is_within(typed, label, same)]
        clear = [o for o, label in labels if o in within and turns(typed) == turns(label)]
        if begun or clear:
            return [o for o in options if o in begun or o in within]
    return []


def _starts(typed: Sequence[str], label: Sequence[str], same: Callable[[str, str], bool]) -> bool:
    """Whether the label begins with these words."""
    return len(typed) <= len(label) and all(map(same, typed, label))


def _is_within(
    typed: Sequence[str], label: Sequence[str], same: Callable[[str, str], bool]
) -> bool:
    """Whether the label has all these words."""
    left = list(label)
    for word in typed:
        found = next((other for other in left if same(word, other)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _begins(typed: str, word: str) -> bool:
    """Whether this is the word, or its beginning; one plural mark more or less is nothing."""
    if typed == word:
        return True
    if not may_be_misspelt(typed) or not may_be_misspelt(word):
        return False  # `plus` is no beginning of `plusieurs`, nor `personne` of `personnel`
    root = typed.removesuffix("s") if len(typed) > 3 else typed
    return len(root) > 2 and word.startswith(root)


def _is_near(typed: str, word: str) -> bool:
    if _begins(typed, word):
        return True
    return may_be_misspelt(typed) and may_be_misspelt(word) and _alike(typed, word)


def _alike(typed: str, meant: str) -> bool:
    most = allowed(min(len(typed), len(meant)))
    return distance(typed, meant, most=most) <= most
