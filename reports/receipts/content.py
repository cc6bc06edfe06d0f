"""What was handed in under a receipt's number: questions, answers, who and when.

A confidential theme has no such sheet, for anybody, at any time: `app.collect.open` withholds its
values, and nothing is made here of what it withholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.collect.open import Answer, Opened, Submission, opened, submission
from app.collect.overview import overview
from app.interview.french import NBSP
from app.interview.kinds import registry
from app.interview.questionnaire import Question
from app.respond.frame import territory_words
from app.vocabulary.french_dates import day_and_hour, day_month_year, hour
from app.vocabulary.scope import CHANNEL_LABELS, Channel, Respondent
from app.vocabulary.themes import Theme


@dataclass(frozen=True, slots=True)
class Said:
    """One question asked; `said` is empty when left blank, and then so is `by`."""

    number: int
    text: str
    said: str
    by: str  # "Julie Lamy, 12 novembre à 10 h 42"


@dataclass(frozen=True, slots=True)
class SaidSection:
    """The answers of one section."""

    title: str
    answers: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class AnswersSheet:
    """A theme as it was handed in. `you`: whom "vous" stands for, empty when nobody is known."""

    theme: Theme
    version: int
    authority: str
    place: str
    wave: str
    number: str
    sent_on: str
    sent_by: str
    answered: int
    asked: int
    you: str
    simulated: bool
    sections: tuple[SaidSection, ...]


def answers_sheet(
    session: Session, respondent: Respondent, theme: str, *, now: datetime, number: str = ""
) -> AnswersSheet | None:
    """What the respondent may keep of a theme handed in; `NotYourTheme` when it is another's.

    None for a draft, for a confidential theme, and, when a receipt's number is given, unless the
    answers are still those handed in under it.
    """
    seen = opened(session, respondent, theme, now=now)
    handed_in = submission(session, respondent, theme)
    if handed_in is None or seen.withheld or seen.theme.confidential:
        return None
    if number not in ("", handed_in.number) or not seen.path.counted:
        return None
    around = overview(session, respondent, now=now)
    return _sheet(seen, handed_in, around.of(theme).submitted_by, around.sent_to)


def _sheet(seen: Opened, handed_in: Submission, sent_by: str, you: str) -> AnswersSheet:
    words = territory_words(seen.authority)
    answered, asked = seen.path.progress
    at = handed_in.submitted_at
    return AnswersSheet(
        theme=seen.theme,
        version=seen.questionnaire.version,
        authority=words.full_name,
        place=words.departement,
        wave=seen.wave.label,
        number=handed_in.number,
        sent_on=f"{day_month_year(at)} à {hour(at)}",
        sent_by=sent_by,
        answered=answered,
        asked=asked,
        you=you,
        simulated=seen.wave.simulated,
        sections=_sections(seen),
    )


def _sections(seen: Opened) -> tuple[SaidSection, ...]:
    numbers = {question.code: rank for rank, question in enumerate(seen.path.asked, start=1)}
    return tuple(
        SaidSection(
            section.title,
            tuple(_said(seen, question, numbers[question.code]) for question in section.questions),
        )
        for section in seen.path.sections
    )


def _said(seen: Opened, question: Question, number: int) -> Said:
    value = seen.path.counted.get(question.code)
    if value is None:
        return Said(number, question.text, "", "")
    return Said(
        number, question.text, registry.show(question, value), _by(seen.answers[question.code])
    )


def _by(answer: Answer) -> str:
    told = f"{answer.by}, {day_and_hour(answer.at).replace(' ', NBSP)}"
    return told if answer.channel is Channel.WEB else f"{told}, {CHANNEL_LABELS[answer.channel]}"
