"""The lines of a list that typed words mean: by number, by yes or no, by label, typos included."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.interview.french import NBSP, fold, listed, quoted
from app.interview.kinds import registry
from app.interview.kinds.kind import written
from app.interview.number_words import number_of
from app.interview.questionnaire import Option, Question
from app.interview.typed_words import (
    may_be_misspelt,
    says_enough,
    telling,
    tokens,
    turns,
    without_courtesy,
)
from app.interview.typos import allowed, distance
from app.interview.values import SPECIAL_CODES, Misread, Value

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
_BETWEEN_CHOICES = re.compile(r"\s*(?:[,/+&]|\bet\b|(?<=[0-9])et(?=[0-9]))\s*")
_ONLY_NUMBERS = re.compile(r"[0-9]{1,3}(?:\s+[0-9]{1,3})+")
_SPAN = re.compile(r"[0-9]\s*(?:-|–|a|ou|/)\s*[0-9]|\bentre\b|\bde [0-9]+ a\b")

_ALL_OF_THEM: Mapping[str, int | None] = {
    **dict.fromkeys(("tous", "toutes", "tout", "tous les choix", "toutes les reponses"), None),
    **{
        f"{every}les {n}": rank
        for rank, word in enumerate(("deux", "trois", "quatre", "cinq", "six", "sept"), start=2)
        for n in (word, str(rank))
        for every in ("", "tous ", "toutes ")
    },
}
"""All the choices ← what is typed; with how many there must be, where it says so."""

_NONE_OF_THEM = frozenset(
    {
        *("aucun", "aucune", "rien", "non", "n", "personne", "nulle part", "pas du tout"),
        *("aucun des deux", "aucune des deux", "aucun de ces choix", "aucun d'entre eux"),
        *("rien de tout ca", "rien de tout cela", "rien du tout"),
    }
)


def one_of(question: Question, said: str, text: str) -> Value | Misread:
    """The one choice that is meant."""
    found = matches(question.options, said)
    if len(found) == 1:
        return registry.read(question, found[0].code)
    if found:
        return between(found, text)
    parts = _parts(said)
    if len(parts) > 1 and all(_by_number(question.options, part) for part in parts):
        last = len(question.options)
        told = f"Choisissez une seule réponse, par son numéro de 1 à {last}."
        return written(told, text)
    return written(by_number(question), text)


def several_of(question: Question, said: str, text: str) -> Value | Misread:
    """Every choice that is meant; all, or none, where that is what was typed."""
    ready = _all_or_none(question, said)
    whole = ready or matches(question.options, said)
    if ready or len(whole) == 1:
        return registry.read(question, [option.code for option in whole])
    if _SPAN.search(said):
        return written("Écrivez chaque numéro, séparé par une virgule.", text)
    codes: list[str] = []
    for part in _pieces(question, said):
        found = matches(question.options, part)
        if len(found) > 1:
            return between(found, part)
        if not found:
            return between(whole, text) if whole else written(by_number(question), text)
        codes.append(found[0].code)
    return registry.read(question, codes)


def matches(options: Sequence[Option], said: str) -> Sequence[Option]:
    """The options meant: one when it is clear, several when it is not, none when nothing fits."""
    for words in dict.fromkeys((said, without_courtesy(said))):
        found = _meant(options, words)
        if found:
            return found
    return []


def begun_by(question: Question, said: str) -> Sequence[Option]:
    """The choices whose label begins with these very words."""
    return [o for o in question.options if fold(o.label).startswith(f"{said} ")]


def between(found: Sequence[Option], text: str) -> Misread:
    """Several options fit: which one?"""
    numbers = listed([f"{o.number}{NBSP}({o.label})" for o in found], last="ou")
    return Misread(f"Plusieurs réponses ressemblent à {quoted(text)}. Répondez par {numbers}.")


def by_number(question: Question) -> str:
    """How to answer, where nothing fits."""
    last = len(question.options)
    if question.kind == "multiple":
        return f"Répondez par un ou plusieurs numéros de 1 à {last}, séparés par des virgules."
    return f"Répondez par un numéro de 1 à {last}."


def _meant(options: Sequence[Option], said: str) -> Sequence[Option]:
    same = [option for option in options if said == fold(option.label)]
    if same:
        return same
    if _NUMBERED.fullmatch(said):
        return _by_number(options, said)
    ordinary = [o for o in options if o.code not in SPECIAL_CODES]
    for first, ways in _FIRST_WORDS:
        if ways.fullmatch(said):
            return [o for o in ordinary if re.split(r"\W", fold(o.label))[0] == first]
    counted = _by_number(options, said)
    found = _whole(options, said) or _part(ordinary, said)
    if counted or found:
        return sorted({*counted, *found})
    return _copied(options, said)


def _by_number(options: Sequence[Option], said: str) -> list[Option]:
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
    numbered = [option for option in options if option.number == int(line[1])]
    labelled = _meant(options, line[2])
    if set(numbered) <= set(labelled):
        return numbered
    return sorted({*numbered, *labelled}) if labelled else []


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
    root = typed.removesuffix("s") if len(typed) > 3 and may_be_misspelt(typed) else typed
    return len(root) > 2 and may_be_misspelt(word) and word.startswith(root)


def _is_near(typed: str, word: str) -> bool:
    if _begins(typed, word):
        return True
    return may_be_misspelt(typed) and may_be_misspelt(word) and _alike(typed, word)


def _alike(typed: str, meant: str) -> bool:
    most = allowed(min(len(typed), len(meant)))
    return distance(typed, meant, most=most) <= most


def _pieces(question: Question, said: str) -> Iterator[str]:
    """What was typed for each choice: a label may hold a comma, hence semicolons first."""
    for piece in filter(None, map(str.strip, said.split(";"))):
        if len(matches(question.options, piece)) == 1:
            yield piece
        else:
            yield from _parts(piece)


def _parts(said: str) -> list[str]:
    if _ONLY_NUMBERS.fullmatch(said):
        return said.split()
    parts = [part for part in _BETWEEN_CHOICES.split(said) if part]
    return [re.sub("^les (?=[0-9])", "", part) for part in parts] if len(parts) > 1 else parts


def _all_or_none(question: Question, said: str) -> Sequence[Option]:
    exclusive = {choice.code for choice in question.choices if choice.exclusive}
    choices = [o for o in question.options if question.choice(o.code)]
    ordinary = [o for o in choices if o.code not in exclusive]
    if said in _ALL_OF_THEM and _ALL_OF_THEM[said] in (None, len(ordinary)):
        return ordinary
    if said in _NONE_OF_THEM and len(exclusive) == 1:
        return [o for o in choices if o.code in exclusive]
    return []
