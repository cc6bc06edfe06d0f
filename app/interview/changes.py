"""What differs between a question and its former version, facet by facet.

Texts are compared letter by letter, but the labels of choices without accents, capitals or
punctuation: mending a comma in an answer does not make it another answer.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.interview.french import fold
from app.interview.questionnaire import Choice, Question, Questionnaire


class Facet(StrEnum):
    """What may change in a question."""

    TEXT = "text"
    SHORT = "short"
    HELP = "help"
    WHY = "why"
    KIND = "kind"
    CHOICES_ADDED = "choices_added"
    CHOICES_REMOVED = "choices_removed"
    CHOICES_RELABELLED = "choices_relabelled"
    CHOICES_ORDER = "choices_order"
    UNIT = "unit"
    BOUNDS = "bounds"
    SPECIALS = "specials"
    POINTS = "points"
    CONDITIONS = "conditions"
    ADVICE = "advice"
    PREFILL = "prefill"
    SECTION = "section"


FACET_LABELS: dict[Facet, str] = {
    Facet.TEXT: "Intitulé",
    Facet.SHORT: "Nom court",
    Facet.HELP: "Aide",
    Facet.WHY: "Pourquoi",
    Facet.KIND: "Nature",
    Facet.CHOICES_ADDED: "Réponses ajoutées",
    Facet.CHOICES_REMOVED: "Réponses retirées",
    Facet.CHOICES_RELABELLED: "Réponses renommées",
    Facet.CHOICES_ORDER: "Ordre des réponses",
    Facet.UNIT: "Unité",
    Facet.BOUNDS: "Bornes",
    Facet.SPECIALS: "Sans réponse",
    Facet.POINTS: "Points",
    Facet.CONDITIONS: "Posée à",
    Facet.ADVICE: "Conseil",
    Facet.PREFILL: "Valeur proposée",
    Facet.SECTION: "Section",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One facet, as it was and as it is, in words; both empty for conditions, told elsewhere."""

    facet: Facet
    before: str = ""
    after: str = ""


def changes_between(
    old: Questionnaire, before: Question, new: Questionnaire, after: Question
) -> tuple[Change, ...]:
    """Every facet that differs, in the order of `Facet`."""
    found = [
        *(
            Change(facet, told(before), told(after))
            for facet, told in _WORDS.items()
            if told(before) != told(after)
        ),
        *_of_choices(before, after),
    ]
    if before.conditions != after.conditions:
        found.append(Change(Facet.CONDITIONS))
    place, former = new.section_of(after.code), old.section_of(before.code)
    if place.code != former.code:
        found.append(Change(Facet.SECTION, former.title, place.title))
    order = list(Facet)
    return tuple(sorted(found, key=lambda change: order.index(change.facet)))


def moved(codes: Sequence[str], old: Questionnaire) -> frozenset[str]:
    """Of these old codes, in their new order, the fewest that one would move to mend the order.

    What stands in the longest run of places that still goes up did not move.
    """
    places = [old.place(code) for code in codes]
    still = {codes[i] for i in _longest_rise(places)}
    return frozenset(codes) - still


def _longest_rise(places: Sequence[int]) -> list[int]:
    """The ranks of a longest strictly rising run, not necessarily of neighbours."""
    tails: list[int] = []  # the last rank of the best run of each length
    before: list[int | None] = []
    for rank, place in enumerate(places):
        length = bisect_left([places[tail] for tail in tails], place)
        before.append(tails[length - 1] if length else None)
        tails[length : length + 1] = [rank]
    run: list[int] = []
    rank_or_none = tails[-1] if tails else None
    while rank_or_none is not None:
        run.append(rank_or_none)
        rank_or_none = before[rank_or_none]
    return run[::-1]


def _bounds(question: Question) -> str:
    told = (
        ("de ", question.minimum),
        ("jusqu’à ", question.maximum),
        ("caractères\u00a0: ", question.max_length),
    )
    return ", ".join(f"{word}{bound}" for word, bound in told if bound is not None)


def _points(question: Question) -> str:
    worth = [f"{c.code}\u00a0: {c.points}" for c in question.choices if c.points is not None]
    worth += [f"dès {t.at_least:g}\u00a0: {t.points}" for t in question.thresholds]
    if question.most_points is not None:
        worth.append(f"{question.most_points} au plus")
    return ", ".join(worth)


def _advice(question: Question) -> str:
    advice = question.advice
    if advice is None:
        return ""
    return f"{advice.gain_label}. {advice.text} {advice.resource_name}, {advice.resource_url}"


def _prefill(question: Question) -> str:
    if question.prefill is None:
        return ""
    pairs = [f"{raw}\u00a0: {code}" for raw, code in question.prefill.values]
    return ", ".join([question.prefill.indicator, *pairs])


_WORDS: dict[Facet, Callable[[Question], str]] = {
    Facet.TEXT: lambda q: q.text,
    Facet.SHORT: lambda q: q.short,
    Facet.HELP: lambda q: q.help,
    Facet.WHY: lambda q: q.why,
    Facet.KIND: lambda q: q.kind,
    Facet.UNIT: lambda q: q.unit,
    Facet.BOUNDS: _bounds,
    Facet.SPECIALS: lambda q: ", ".join(special.label for special in q.specials),
    Facet.POINTS: _points,
    Facet.ADVICE: _advice,
    Facet.PREFILL: _prefill,
}


def _of_choices(before: Question, after: Question) -> Iterator[Change]:
    was = {choice.code: choice for choice in before.choices}
    now = {choice.code: choice for choice in after.choices}
    added = [choice for code, choice in now.items() if code not in was]
    removed = [choice for code, choice in was.items() if code not in now]
    if added:
        yield Change(Facet.CHOICES_ADDED, after=_labels(added))
    if removed:
        yield Change(Facet.CHOICES_REMOVED, before=_labels(removed))
    common = [code for code in was if code in now]
    renamed = [code for code in common if _bare(was[code]) != _bare(now[code])]
    if renamed:
        yield Change(
            Facet.CHOICES_RELABELLED,
            _labels([was[code] for code in renamed]),
            _labels([now[code] for code in renamed]),
        )
    if common != [code for code in now if code in was]:
        yield Change(Facet.CHOICES_ORDER, _labels(before.choices), _labels(after.choices))


def _labels(choices: Sequence[Choice]) -> str:
    return "\u00a0; ".join(choice.label for choice in choices)


def _bare(choice: Choice) -> tuple[str, bool]:
    """What makes an answer the same: its words, and whether it excludes the others."""
    return " ".join(re.findall(r"\w+", fold(choice.label))), choice.exclusive
