"""Plausible answers: maturity grows with size and differs by theme. Pure, seeded by the authority.

Nothing here is measured: the figures only make peers, scores and advice look like life.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log10
from random import Random

from app.interview.questionnaire import Choice, Question
from app.interview.values import DONT_KNOW

# Where a commune of a hundred people stands on average, and what a tenfold size adds (0–1).
SMALLEST, TENFOLD = 0.22, 0.15
THEME_GAP = {"inclusion": 0.02, "cybersecurite": -0.08, "communication": 0.10}
KIND_GAP = {"epci": 0.04, "departement": 0.06, "region": 0.08}
SPREAD = 0.13  # between authorities of one size
BLANK, UNSURE = 0.03, 0.05  # a question left blank, "je ne sais pas"
TEXTS = (
    "Un accueil sans rendez-vous, deux matinées par semaine.",
    "Nous cherchons surtout un appui technique de proximité.",
    "Le sujet revient à chaque conseil, les moyens manquent.",
    "Un agent s’en occupe quand il le peut.",
)


def maturity(kind: str, population: int | None, theme: str, rng: Random) -> float:
    """How far an authority is with a theme, from 0 to 1."""
    size = log10(max(population or 0, 10)) - 2
    mean = SMALLEST + TENFOLD * size + THEME_GAP.get(theme, 0.0) + KIND_GAP.get(kind, 0.0)
    return min(max(rng.gauss(mean, SPREAD), 0.03), 0.97)


def rng_of(kind: str, code: str, purpose: str) -> Random:
    """Chance, the same at every run for one authority and one purpose."""
    return Random(f"{kind}:{code}:{purpose}")


def fields(question: Question, level: float, population: int | None, rng: Random) -> list[str]:
    """What a form sends for this question; nothing when it is left blank."""
    if rng.random() < BLANK:
        return []
    if DONT_KNOW in question.specials and rng.random() < UNSURE:
        return [DONT_KNOW.value]
    match question.kind:
        case "scale":
            return [_scale(level, rng)]
        case "single":
            return [_one_of(question.choices, level, rng).code]
        case "multiple":
            return _several_of(question.choices, level, rng)
        case "percentage":
            return [str(_share(level, rng))]
        case "integer":
            return [str(_count(question, level, population, rng))]
        case _:
            return [rng.choice(TEXTS)[: question.max_length or None]]


def typed(question: Question, given: Sequence[str]) -> str:
    """The same answer as a person types it in a chat: the numbers of the lines, or the value."""
    said = {
        option.code: str(option.number) if question.choices else option.label
        for option in question.options
    }
    return ", ".join(said.get(part, part) for part in given)


def _scale(level: float, rng: Random) -> str:
    if rng.random() < level:
        return "yes"
    return "planned" if rng.random() < 0.25 + 0.3 * level else "no"


def _one_of(choices: Sequence[Choice], level: float, rng: Random) -> Choice:
    """The choice whose points stand nearest to the level, most of the time."""
    most = max((choice.points or 0 for choice in choices), default=0)
    if not most:
        return rng.choice(choices)
    weights = [exp(-abs((choice.points or 0) / most - level) / 0.18) for choice in choices]
    return rng.choices(choices, weights)[0]


def _several_of(choices: Sequence[Choice], level: float, rng: Random) -> list[str]:
    chosen = [c.code for c in choices if not c.exclusive and rng.random() < level + 0.05]
    alone = [c.code for c in choices if c.exclusive]
    return chosen or alone[:1] or [rng.choice(choices).code]


def _share(level: float, rng: Random) -> int:
    """A percentage, rounded to five as people do."""
    return min(max(round(rng.gauss(100 * level, 18) / 5) * 5, 0), 100)


def _count(question: Question, level: float, population: int | None, rng: Random) -> int:
    """A small number that grows with size, within the question's bounds."""
    around = 1 + level * (population or 0) / 3_000
    low = question.minimum or 0
    high = question.maximum if question.maximum is not None else low + 10_000
    return min(max(round(rng.uniform(0.5, 1.5) * around), low), high)
