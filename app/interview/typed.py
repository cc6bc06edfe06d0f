"""What a French person types in a chat → a value, or a kind sentence that says what to type.

Accents, capitals and final punctuation are ignored. What can be understood in two ways is
refused rather than guessed: the sentence quotes what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from app.interview.french import NBSP, fold, listed, quoted
from app.interview.kinds import registry
from app.interview.kinds.kind import written
from app.interview.kinds.numbers import raised
from app.interview.questionnaire import Option, Question
from app.interview.values import DONT_KNOW, NOT_CONCERNED, Misread, Special, Value

_SPECIALS: Mapping[Special, frozenset[str]] = {
    DONT_KNOW: frozenset(
        {
            *("je ne sais pas", "je sais pas", "ne sais pas", "sais pas", "j'sais pas"),
            *("nous ne savons pas", "on ne sait pas", "chais pas", "jsp", "nsp"),
            *("j'en sais rien", "je n'en sais rien", "aucune idee", "pas d'idee", "je l'ignore"),
        }
    ),
    NOT_CONCERNED: frozenset(
        {
            *("non concerne", "non concernee", "non concernes", "sans objet", "n/a"),
            *("pas concerne", "pas concernee", "pas concernes", "on n'est pas concerne"),
            *("nous ne sommes pas concernes", "ne nous concerne pas"),
            *("cela ne nous concerne pas", "ca ne nous concerne pas"),
        }
    ),
}

_FIRST_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("oui", "o", "ouais", "oui oui", "yes", "tout a fait", "bien sur"), "oui"),
    **dict.fromkeys(("non", "n", "nan", "no", "pas du tout", "toujours pas"), "non"),
    **dict.fromkeys(("prevu", "p", "c'est prevu", "prevue", "bientot", "en projet"), "prevu"),
}
"""What is typed → the first word of the choice that is meant."""

_ALL_OF_THEM = frozenset({"tous", "toutes", "tout", "les deux", "tous les choix"})
_NONE_OF_THEM = frozenset({"aucun", "aucune", "rien", "non", "n", "aucun des deux"})

_NUMBERED = re.compile(
    r"(?:(?:la|le|ma|reponse|numero|choix|option|n°|no)\s*)*([0-9]{1,3})\s*[.)]?"
)
_BETWEEN_CHOICES = re.compile(r"\s*(?:[,;/+&]|\bet\b|(?<=[0-9])et(?=[0-9]))\s*")
_ONLY_NUMBERS = re.compile(r"[0-9]{1,3}(?:\s+[0-9]{1,3})+")
_RANGE = re.compile(r"[0-9]\s*(?:-|a|ou)\s*[0-9]|\bentre\b")

_OPENINGS = re.compile(r"^(?:(?:nous en avons|nous avons|on en a|on a|il y en a|il y a|c'est)\s+)")
_ABOUT = re.compile(
    r"^(?:environ|a peu pres|autour de|grosso modo|dans les|~|≈)\s*|\s*(?:environ|a peu pres)$"
)
_COUNTING = (
    *("zero", "un", "deux", "trois", "quatre", "cinq", "six"),
    *("sept", "huit", "neuf", "dix", "onze", "douze"),
)
_NUMBER_WORDS: Mapping[str, str] = {
    **{word: str(value) for value, word in enumerate(_COUNTING)},
    **dict.fromkeys(("aucun", "aucune", "pas un seul"), "0"),
    "une": "1",
}
_SHARES: Mapping[str, str] = {
    "la moitie": "50",
    "moitie": "50",
    "un quart": "25",
    "les trois quarts": "75",
    "trois quarts": "75",
    **dict.fromkeys(("tous", "toutes", "la totalite", "tout le monde"), "100"),
    **dict.fromkeys(("aucun", "aucune", "personne", "zero"), "0"),
}


def read_typed(question: Question, text: str) -> Value | Misread:
    """The value a person meant by typing this in answer to that question."""
    said = _said(text)
    if not said:
        told = _by_number(question) if question.choices else registry.expects(question)
        return written(told, text) if text.strip() else Misread(told)
    if not any(said == fold(choice.label) for choice in question.choices):
        for special, ways in _SPECIALS.items():
            if said in ways:
                return registry.check(question, special) or special
    return _READERS[question.kind](question, said, text)


def _said(text: str) -> str:
    """Folded, without quotation marks and final punctuation."""
    return fold(text[:2000]).strip("\"'«» ").rstrip(".?! ")


def _one(question: Question, said: str, text: str) -> Value | Misread:
    found = _matches(question.options, said)
    if len(found) == 1:
        return registry.read(question, found[0].code)
    return _between(found, text) if found else written(_by_number(question), text)


def _several(question: Question, said: str, text: str) -> Value | Misread:
    ready = _all_or_none(question, said) or _matches(question.options, said)
    if len(ready) == 1 or said in _ALL_OF_THEM:
        return registry.read(question, [option.code for option in ready])
    if _RANGE.search(said):
        return written("Écrivez chaque numéro, séparé par une virgule.", text)
    parts = said.split() if _ONLY_NUMBERS.fullmatch(said) else _BETWEEN_CHOICES.split(said)
    codes = []
    for part in filter(None, parts):
        found = _matches(question.options, part)
        if len(found) > 1:
            return _between(found, part)
        if not found:
            return written(_by_number(question), text)
        codes.append(found[0].code)
    return registry.read(question, codes)


def _all_or_none(question: Question, said: str) -> Sequence[Option]:
    exclusive = {choice.code for choice in question.choices if choice.exclusive}
    choices = [o for o in question.options if question.choice(o.code)]
    if said in _ALL_OF_THEM:
        return [o for o in choices if o.code not in exclusive]
    if said in _NONE_OF_THEM and len(exclusive) == 1:
        return [o for o in choices if o.code in exclusive]
    return []


def _matches(options: Sequence[Option], said: str) -> Sequence[Option]:
    """The options meant, by number, by label, by yes or no, then by a part of the label."""
    numbered = _NUMBERED.fullmatch(said)
    if numbered:
        return [option for option in options if option.number == int(numbered[1])]
    same = [option for option in options if said in (fold(option.label), option.code)]
    if same:
        return same
    ordinary = [o for o in options if o.code not in {s.value for s in Special}]
    first_word = _FIRST_WORDS.get(said)
    if first_word:
        return [o for o in ordinary if re.split(r"\W", fold(o.label))[0] == first_word]
    if len(said) < 3:
        return []
    part = re.compile(rf"(?<!\w){re.escape(said)}")
    return [option for option in ordinary if part.search(fold(option.label))]


def _between(found: Sequence[Option], text: str) -> Misread:
    numbers = listed([f"{o.number}{NBSP}({o.label})" for o in found], last="ou")
    return Misread(f"Plusieurs réponses ressemblent à {quoted(text)}. Répondez par {numbers}.")


def _by_number(question: Question) -> str:
    last = len(question.options)
    if question.kind == "multiple":
        return f"Répondez par un ou plusieurs numéros de 1 à {last}, séparés par des virgules."
    return f"Répondez par un numéro de 1 à {last}."


def _number(question: Question, said: str, text: str) -> Value | Misread:
    if _RANGE.search(said):
        return written("Indiquez un seul nombre.", text)
    if raised(text):
        return registry.read(question, text)
    bare = _ABOUT.sub("", _OPENINGS.sub("", said)).strip()
    words = _SHARES if question.kind == "percentage" else _NUMBER_WORDS
    value = registry.read(question, words.get(bare, bare))
    # Read again as typed: the sentence must quote the person's own words.
    return registry.read(question, text) if isinstance(value, Misread) else value


def _text(question: Question, said: str, text: str) -> Value | Misread:  # noqa: ARG001
    return registry.read(question, text)


_READERS: Mapping[str, Callable[[Question, str, str], Value | Misread]] = {
    "single": _one,
    "scale": _one,
    "multiple": _several,
    "integer": _number,
    "percentage": _number,
    "text": _text,
}
