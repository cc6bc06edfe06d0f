"""What a French person types in a chat → a value, or a kind sentence that says what to type.

Accents, capitals, final punctuation, ornaments and what is not seen are ignored. What can be
understood in two ways is refused rather than guessed: the sentence quotes what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.interview.french import fold
from app.interview.kinds import registry
from app.interview.kinds.kind import written
from app.interview.questionnaire import Question
from app.interview.typed_choices import begun_by, between, by_number, one_of, several_of
from app.interview.typed_numbers import number_said
from app.interview.typed_words import said, without_courtesy
from app.interview.values import DONT_KNOW, NOT_CONCERNED, Misread, Special, Value

_SPECIALS: Mapping[Special, frozenset[str]] = {
    DONT_KNOW: frozenset(
        {
            *("j'sais pas", "je sai pas", "chais pas", "jsp", "nsp", "chepa"),
            *("je l'ignore", "nous l'ignorons", "je n'ai pas l'information"),
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


_NOT_KNOWN = re.compile(
    r"(?:(?:je|nous|on) )?(?:n'en |ne |j'en |en )?(?:sais|savons|sait) (?:pas|plus|rien)"
    r"(?: (?:du tout|trop|exactement|precisement|vraiment|bien))?|"
    r"(?:(?:je|nous|on|j'en)? ?(?:n'en |n')?(?:ai|avons|a) )?"
    r"(?:aucune idee|pas d'idee|pas la moindre idee)(?: du tout)?"
)
"""Not to know, whoever speaks and however much they insist."""


def read_typed(question: Question, text: str) -> Value | Misread:
    """The value a person meant by typing this in answer to that question."""
    several = question.kind == "multiple"
    words = said("; ".join(text.splitlines()) if several else text)
    if not words:
        told = by_number(question) if question.choices else registry.expects(question)
        return written(told, text) if text.strip() else Misread(told)
    special = _special(words)
    if special is None or any(words == fold(choice.label) for choice in question.choices):
        return _READERS[question.kind](question, words, text)
    alike = begun_by(question, words)
    if alike and special in question.specials:
        own = [option for option in question.options if option.code == special.value]
        return between([*alike, *own], text)
    return registry.check(question, special) or special


def _special(words: str) -> Special | None:
    ways = {words, without_courtesy(words)}
    if any(map(_NOT_KNOWN.fullmatch, ways)):
        return DONT_KNOW
    return next((special for special, known in _SPECIALS.items() if ways & known), None)


def _text(question: Question, words: str, text: str) -> Value | Misread:  # noqa: ARG001
    return registry.read(question, text)


_READERS: Mapping[str, Callable[[Question, str, str], Value | Misread]] = {
    "single": one_of,
    "scale": one_of,
    "multiple": several_of,
    "integer": number_said,
    "percentage": number_said,
    "text": _text,
}
