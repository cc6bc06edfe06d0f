"""The number that typed words mean: figures, French words, shares; never a span nor a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.interview.kinds import registry
from app.interview.kinds.kind import written
from app.interview.kinds.numbers import raised
from app.interview.number_words import number_first
from app.interview.questionnaire import Question
from app.interview.typed_words import said as as_said
from app.interview.typed_words import without_courtesy
from app.interview.values import Misread, Value

_SPAN = re.compile(r"[0-9%]\s*(?:-|–|a|ou|/)\s*[0-9]|\bentre\b")
_TWO_NUMBERS = re.compile(r"\s+(?:a|ou|puis)\s+")
_OPENINGS = re.compile(
    r"^(?:(?:nous en avons|nous avons|nous sommes|nous en comptons|on en a|on a|on est|j'en ai|"
    r"il y en a|il y a|y en a|y a|ils sont|elles sont|c'est|ce sont|disons)\s+)"
)
_ABOUT = re.compile(
    r"^(?:environ|a peu pres|autour de|aux alentours de|approximativement|grosso modo|en gros|"
    r"dans les|vers les|~|≈)\s*|\s*(?:environ|a peu pres|approximativement)$"
)
_MILLIONS = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?\s*millions?\b\s*(?:de\b\s*|d')?(.*)")
_NONE = re.compile(r"(?:aucune?|zero|pas une? seule?|pas (?:d'|de |une? ))\s*(.*)")
_NOBODY = frozenset({"aucun", "aucune", "personne", "zero", "rien", "pas un seul", "pas une seule"})
_SHARES: Mapping[str, str] = {
    **dict.fromkeys(("la moitie", "moitie"), "50"),
    **dict.fromkeys(("un quart", "le quart"), "25"),
    **dict.fromkeys(("trois quarts", "les trois quarts"), "75"),
    **dict.fromkeys(("tous", "toutes", "tout", "la totalite", "tout le monde"), "100"),
}
_OF_WHOM = re.compile(
    r"\s+(?:d'entre (?:eux|elles|nous)|(?:des|du|de nos|de notre|de la|de l')\s*[^\W\d_]+)$"
)
_ROUGHLY: Mapping[str, int] = {
    **{"huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20},
    **{"trentaine": 30, "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100},
}
"""`une quinzaine` is how one says `environ 15`; `une bonne quinzaine` is some other number."""
_SO_MANY = re.compile(rf"(?:une )?({'|'.join(_ROUGHLY)})\b\s*(.*)")
_DENIED = re.compile(
    r"^(?:non?|nan|aucune?|rien|toujours pas|pas (?:encore|du tout|pour l'instant|pour le moment))"
    r"(?:\b[^0-9]*)?$|\b(?:en a|n'en avons|n'y en a) (?:pas|plus|aucune?)$"
)
"""Whoever says no where a number is asked may mean none."""
_POINT = re.compile(r"^virgule\s+(.+)$")


def number_said(question: Question, said: str, text: str) -> Value | Misread:
    """The one number that was typed, if it is within the question's bounds."""
    if _SPAN.search(said) or _is_between_two(said) or _is_on_two_lines(text):
        return written("Indiquez un seul nombre.", text)
    if raised(text):
        return registry.read(question, text)
    value = registry.read(question, _in_figures(question, _bare(said)))
    return _refused(question, said, text) if isinstance(value, Misread) else value


def _refused(question: Question, said: str, text: str) -> Misread:
    """What to type, with the person's own words; 0 is proposed to whoever says no."""
    told = registry.read(question, text)
    if _DENIED.search(said) and not registry.check(question, 0):
        expected = registry.expects(question).removesuffix(".")
        return written(f"{expected}\u00a0: 0 pour «\u00a0aucun\u00a0».", text)
    return told if isinstance(told, Misread) else written(registry.expects(question), text)


def _bare(said: str) -> str:
    """The number, without what is said around it."""
    bare = without_courtesy(said)
    return _ABOUT.sub("", _OPENINGS.sub("", _ABOUT.sub("", bare))).strip()


def _in_figures(question: Question, bare: str) -> str:
    if question.kind == "percentage":
        share = _OF_WHOM.sub("", bare)
        if share in _SHARES:
            return _SHARES[share]
        if share in _NOBODY:
            return "0"
    if bare in _NOBODY:
        return "0"
    none = _NONE.fullmatch(bare)
    if none and none[1] and number_first(none[1]) is None:
        return f"0 {none[1]}"
    roughly = _SO_MANY.fullmatch(bare)
    if roughly:
        unit = re.sub("^de (?=%|pour)", "", roughly[2])
        return f"{_ROUGHLY[roughly[1]]} {unit}".strip()
    return _with_millions(_from_words(bare))


def _from_words(bare: str) -> str:
    """`vingt-deux agents` → `22 agents`; what does not begin with a number is left as it is."""
    first = number_first(bare)
    if first is None:
        return bare
    value, rest = first
    after = _POINT.fullmatch(rest)
    decimals = number_first(after[1]) if after else None
    if decimals is None or after is None or after[1].startswith("zero"):
        return f"{value} {rest}".strip()
    return f"{value},{decimals[0]} {decimals[1]}".strip()


def _with_millions(figures: str) -> str:
    """`1,5 million d’habitants` → `1500000 habitants`."""
    found = _MILLIONS.fullmatch(figures)
    if not found:
        return figures
    whole, decimals, unit = found.groups(default="")
    return f"{int(whole + decimals.ljust(6, '0'))} {unit}".strip()


def _is_between_two(said: str) -> bool:
    """`dix ou douze`, `vingt à trente`."""
    halves = _TWO_NUMBERS.split(said)
    return len(halves) > 1 and all(
        number_first(half) or half[:1].isdigit() for half in map(_bare, halves)
    )


def _is_on_two_lines(text: str) -> bool:
    """Two lines with a number each are two answers: `3` above `200` is not 3 200."""
    lines = [_bare(as_said(line)) for line in text.splitlines()]
    return sum(bool(number_first(line) or re.search("[0-9]", line)) for line in lines) > 1
