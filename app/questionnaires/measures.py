"""What to mend in a questionnaire that could be asked as written.

It would tire, mislead or lose the respondent: too long, hard to read, asked of nobody, or
marked out of less than a hundred.
`barometre questionnaires check` tells it, `issue` refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.interview.conditions import Profile
from app.interview.duration import profiles_of, told_minutes
from app.interview.french import number
from app.interview.questionnaire import Questionnaire
from app.interview.reach import orphans, reachable, score_range
from app.interview.reading import LEAST_EASE, reading_of, too_long, words
from app.vocabulary.territory_kinds import LABELS, TerritoryKind

MOST_MINUTES = 10
"""What we promise to whoever answers one theme, however much they have to answer."""


def to_mend(questionnaire: Questionnaire) -> Iterator[str]:
    """French sentences, one a fault, each ending with a full stop."""
    yield from _too_much(questionnaire)
    profiles = profiles_of(questionnaire)
    met = {question for profile in profiles for question in reachable(questionnaire, profile)}
    yield from (
        f"{q.code} n’est posée à personne." for q in questionnaire.questions if q not in met
    )
    yield from dict.fromkeys(
        f"{orphan.question.code}, une condition sans effet\u00a0: {orphan.why}."
        for profile in profiles
        for orphan in orphans(questionnaire, profile)
    )
    yield from _cut_scores(questionnaire, profiles)


def _cut_scores(questionnaire: Questionnaire, profiles: Sequence[Profile]) -> Iterator[str]:
    """Scores are compared from one authority to another: each must be able to reach both ends."""
    told: set[tuple[str, str]] = set()
    for profile in profiles:
        fault = _cut_score(questionnaire, profile)
        if fault and (profile.kind, fault) not in told:
            told.add((profile.kind, fault))
            yield f"{_who(profile)}, {fault}"


def _cut_score(questionnaire: Questionnaire, profile: Profile) -> str:
    ends = score_range(questionnaire, profile)
    if ends is None:
        asked = reachable(questionnaire, profile)
        return "aucune question ne compte dans le score." if asked else ""
    low, high = round(ends.lowest, 1), round(ends.highest, 1)
    if (low, high) == (0, 100):
        return ""
    return f"le score va de {number(low)} à {number(high)} au lieu de 0 à 100."


def _who(profile: Profile) -> str:
    kind = LABELS[TerritoryKind(profile.kind)].lower()
    return f"{kind} à partir de {number(profile.population or 0)}\u00a0hab."


def _too_much(questionnaire: Questionnaire) -> Iterator[str]:
    """What takes longer to read and answer than we say."""
    minutes = told_minutes(questionnaire)
    if minutes != questionnaire.minutes:
        yield f"le fichier annonce {questionnaire.minutes}\u00a0min, on en estime {minutes}."
    if minutes > MOST_MINUTES:
        yield f"il demande {minutes}\u00a0min, {MOST_MINUTES} au plus."
    ease = reading_of(questionnaire).flesch
    if ease < LEAST_EASE:
        yield f"lecture difficile, {ease:.0f} au lieu de {LEAST_EASE:.0f} au moins."
    for question, sentence in too_long(questionnaire):
        yield f"{question.code}, une phrase de {len(words(sentence))} mots."
