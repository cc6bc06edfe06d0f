"""What the answers obtained and lost, and what to do about it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.interview.french import quoted
from app.interview.kinds.registry import show
from app.interview.path import Path
from app.interview.questionnaire import Advice, Question, Questionnaire
from app.interview.scoring import best, lost_points, points
from reports.cards.shown import LostPoint, Step, Strength


@dataclass(frozen=True, slots=True)
class Gain:
    """Advice on one question of a theme, and the points (out of 100) that it may bring."""

    theme: str
    advice: Advice
    points: int


def apportioned(amounts: Sequence[float], total: int) -> list[int]:
    """Whole numbers as close to the amounts as can be, adding up to the total.

    Largest remainders, so that the column of lost points adds up to what its heading says.
    """
    whole = [math.floor(amount) for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda i: (whole[i] - amounts[i], i))
    missing = total - sum(whole)
    for i in range(abs(missing) if amounts else 0):
        whole[by_remainder[i % len(whole)]] += 1 if missing > 0 else -1
    return whole


def lost_table(questionnaire: Questionnaire, walked: Path, score: int) -> tuple[LostPoint, ...]:
    """Every question that cost points, the most costly first; the points make 100 − score."""
    lost = lost_points(questionnaire, walked)
    shared = apportioned([one.points for one in lost], 100 - score)
    return tuple(
        LostPoint(one.question.short, show(one.question, one.value), one.gain_label, whole)
        for one, whole in zip(lost, shared, strict=True)
    )


def gains(questionnaire: Questionnaire, walked: Path, theme: str, score: int) -> list[Gain]:
    """The advice on each question that cost points, with what following it may bring."""
    lost = lost_points(questionnaire, walked)
    shared = apportioned([one.points for one in lost], 100 - score)
    return [
        Gain(theme, one.question.advice, whole)
        for one, whole in zip(lost, shared, strict=True)
        if one.question.advice is not None
    ]


def next_steps(found: Sequence[Gain], most: int = 3) -> tuple[Step, ...]:
    """The steps that may bring most, whatever their theme."""
    chosen = sorted(found, key=lambda gain: -gain.points)[:most]
    return tuple(_step(gain.advice, gain.theme, gain.points) for gain in chosen)


def strengths(walked: Path, theme: str) -> list[tuple[float, Strength]]:
    """The questions that obtained every point, with what each was worth."""
    found = []
    for question in walked.asked:
        value = walked.counted.get(question.code)
        worth = best(question)
        if value is not None and worth and points(question, value) == worth:
            said = (
                f"{len(value)} réponses cochées"
                if isinstance(value, tuple)
                else quoted(show(question, value))
            )
            text = f"{theme}\u00a0: {said}, tous les points."
            found.append((worth, Strength(question.short, text)))
    return found


def general_advice(questionnaire: Questionnaire, most: int = 3) -> tuple[Step, ...]:
    """Advice on what counts most in a theme. It looks at no answer: the same for everybody."""
    advised = [question for question in questionnaire.questions if _advises_all(question)]
    chosen = sorted(advised, key=lambda question: -best(question))[:most]
    return tuple(
        _step(question.advice, questionnaire.title, 0) for question in chosen if question.advice
    )


def _advises_all(question: Question) -> bool:
    return question.advice is not None and question.counts and not question.conditions


def _step(advice: Advice, theme: str, worth: int) -> Step:
    return Step(
        advice.gain_label, advice.text, theme, worth, advice.resource_name, advice.resource_url
    )
