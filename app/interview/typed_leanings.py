"""The choices that a sentence seems to speak of: proposed to whoever wrote it, never taken as read.

"Alors oui, on a ça depuis 2019" is no answer that may be kept unseen: more was said than "oui". To
ask again by "1 pour « Oui »" costs them one figure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.interview.french import NBSP, fold, listed, quoted
from app.interview.questionnaire import Option, Question
from app.interview.typed_words import telling, tokens, turned
from app.interview.values import SPECIAL_CODES

_MOST = 3
"""More would be the list itself."""
_LONGEST = 300  # characters: a whole letter speaks of everything

_SPOKEN: Mapping[str, re.Pattern[str]] = {
    "oui": re.compile(r"\b(?:o+u+i+|ouais|yes|bien sur|tout a fait)\b"),
    "non": re.compile(r"\b(?:n+o+n+|nan|pas|aucune?|jamais|rien|n|plus maintenant)\b"),
    "prevu": re.compile(r"\b(?:prevue?s?|projets?|prochaine?s?|bientot|encore)\b"),
}
"""The first word of a choice ← what speaks of it."""


def proposed(question: Question, said: str) -> str:
    """`: 1 pour « Oui », 3 pour « Non »`; empty where nothing, or too much, is spoken of."""
    found = leanings(question, said)
    each = [f"{one.number} pour {quoted(one.label)}" for one in found]
    last = "et" if question.kind == "multiple" else "ou"
    return f"{NBSP}: {listed(each, last=last)}" if each else ""


def leanings(question: Question, said: str) -> Sequence[Option]:
    """The choices of which a word was said; none where there are too many."""
    ordinary = [one for one in question.options if one.code not in SPECIAL_CODES]
    if len(said) > _LONGEST:
        return []
    words = _own_words(ordinary)
    parts = tokens(said)
    typed = set() if any(map(turned, parts)) else set(telling(parts))
    found = [one for one in ordinary if _begun_by(one, said) or words[one.code] & typed]
    return found if len(found) <= _MOST else []


def _begun_by(option: Option, said: str) -> bool:
    spoken = _SPOKEN.get(re.split(r"\W", fold(option.label))[0])
    return spoken is not None and spoken.search(said) is not None


def _own_words(options: Sequence[Option]) -> Mapping[str, set[str]]:
    """The long words of each label that no other label holds."""
    labels = {one.code: set(telling(tokens(fold(one.label)))) for one in options}
    return {
        code: {
            word
            for word in label
            if len(word) > 4 and not any(word in other for c, other in labels.items() if c != code)
        }
        for code, label in labels.items()
    }
