"""From answers to a score out of 100, and to the points that can still be won.

    score = 100 × (sum of points obtained) / (sum of the best points possible)

Both sums run over the questions that count: asked on the path, worth points, and answered by
something else than "Non concerné". "Je ne sais pas" obtains nothing and stays below the line,
since what is not known cannot be relied on. A question left blank is in neither sum: whether
enough was answered to publish is another question, see `Score.n_counted`.

Limit: a follow-up question asked only of those who said yes enlarges both sums, so someone with
every point may lose a little by starting something new. First questions are worth more for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.interview.path import Path
from app.interview.questionnaire import Question, Questionnaire
from app.interview.values import DONT_KNOW, NOT_CONCERNED, Value


@dataclass(frozen=True, slots=True)
class Score:
    """A theme's score. `n_counted` of the `n_countable` questions asked made it."""

    value: float  # 0–100
    obtained: float
    possible: float
    n_counted: int
    n_countable: int


@dataclass(frozen=True, slots=True)
class Lost:
    """What one question costs. `points` are out of 100: the score and all losses make 100."""

    question: Question
    value: Value
    points: float
    gain_label: str


def points(question: Question, value: Value | None) -> float | None:
    """Points an answer obtains; None when it does not count."""
    if not question.counts or value is None or value is NOT_CONCERNED:
        return None
    if value is DONT_KNOW:
        return 0.0
    if isinstance(value, tuple):
        worth = sum(c.points or 0 for c in question.choices if c.code in value)
        return float(worth if question.most_points is None else min(worth, question.most_points))
    if isinstance(value, str):
        choice = question.choice(value)
        return float(choice.points or 0) if choice else 0.0
    return _by_threshold(question, value) if isinstance(value, int | float) else None


def _by_threshold(question: Question, value: float) -> float:
    reached = [t.points for t in question.thresholds if value >= t.at_least]
    return float(reached[-1]) if reached else 0.0


def best(question: Question) -> float:
    """The most points an answer can obtain."""
    worth = [c.points or 0 for c in question.choices]
    if question.kind == "multiple":
        total = sum(worth)
        return float(total if question.most_points is None else min(total, question.most_points))
    return float(max([*worth, *(t.points for t in question.thresholds)], default=0))


def least(question: Question) -> float:
    """The fewest points an ordinary answer can obtain."""
    if question.thresholds:
        first = question.thresholds[0]
        below = (question.minimum or 0) < first.at_least
        return 0.0 if below else float(min(t.points for t in question.thresholds))
    return float(min((c.points or 0 for c in question.choices), default=0))


def _counting(path: Path) -> Iterator[tuple[Question, Value, float]]:
    for question in path.asked:
        value = path.counted.get(question.code)
        obtained = points(question, value)
        if value is not None and obtained is not None:
            yield question, value, obtained


def score(questionnaire: Questionnaire, path: Path) -> Score | None:
    """The score of one authority's theme; None when no answer counts."""
    counting = list(_counting(path))
    possible = sum(best(question) for question, _, _ in counting)
    if not possible:
        return None
    obtained = sum(got for _, _, got in counting)
    asked = {question.code for question in path.asked}
    countable = sum(
        q.code in asked and q.counts and path.counted.get(q.code) is not NOT_CONCERNED
        for q in questionnaire.questions
    )
    return Score(100 * obtained / possible, obtained, possible, len(counting), countable)


def lost_points(questionnaire: Questionnaire, path: Path) -> list[Lost]:
    """The questions that cost points, most costly first, then in the order of asking."""
    possible = sum(best(question) for question, _, _ in _counting(path))
    lost = [
        Lost(question, value, 100 * (best(question) - got) / possible, _gain(question))
        for question, value, got in _counting(path)
        if got < best(question)
    ]
    return sorted(lost, key=lambda one: (-one.points, questionnaire.place(one.question.code)))


def _gain(question: Question) -> str:
    return question.advice.gain_label if question.advice else question.short
