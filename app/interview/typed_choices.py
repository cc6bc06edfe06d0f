"""One choice or several, as typed: read by their lines, or refused with what to type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from app.interview.french import NBSP, fold, listed, quoted
from app.interview.kinds import registry
from app.interview.kinds.kind import written
from app.interview.questionnaire import Option, Question
from app.interview.typed_leanings import proposed
from app.interview.typed_lines import matches, numbered
from app.interview.values import Misread, Value

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
    if len(parts) > 1 and all(numbered(question.options, part) for part in parts):
        last = len(question.options)
        told = f"Choisissez une seule réponse, par son numéro de 1 à {last}."
        return written(told, text)
    return written(_by_number(question, said), text)


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
            return between(whole, text) if whole else written(_by_number(question, said), text)
        codes.append(found[0].code)
    return registry.read(question, codes)


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


def _by_number(question: Question, said: str) -> str:
    """The same, with the number of what they seem to mean."""
    return f"{by_number(question).removesuffix('.')}{proposed(question, said)}."


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
