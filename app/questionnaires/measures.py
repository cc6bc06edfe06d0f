"""What to mend in a questionnaire that could be asked as written.

It would tire, mislead or lose the respondent: too long, hard to read, asked of nobody.
`barometre questionnaires check` tells it, `issue` refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.interview.duration import profiles_of, told_minutes
from app.interview.questionnaire import Questionnaire
from app.interview.reach import orphans, reachable
from app.interview.reading import LEAST_EASE, reading_of, too_long, words

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
