"""What a respondent may read of their own questionnaires. Steps: nothing is written here.

The values of a submitted confidential theme stop here, at the root: neither page, nor chat, nor
console can show what this module does not give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.collect.authors import Names, names_for
from app.collect.standing import look
from app.collect.stored_answers import value_of, values_of
from app.collect.surroundings import Authority, WaveDates, authority, wave_dates
from app.interview.conditions import Profile
from app.interview.path import Path, path
from app.interview.questionnaire import Questionnaire
from app.interview.values import Value
from app.models.cases import AnswerEvent, Case, SurveyResponse
from app.questionnaires.publish import stored
from app.vocabulary.scope import Channel, Respondent
from app.vocabulary.themes import BY_CODE, Theme


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that counts now. `value` is None once cleared: its event still is what was seen."""

    value: Value | None
    event: int
    by: str  # "vous", "Julie Lamy", "la mairie"
    at: datetime
    channel: Channel


@dataclass(frozen=True, slots=True)
class Opened:
    """One theme, open in front of its respondent.

    `withheld`: confidential and submitted; then `answers` is empty and `path` is the one of a
    blank questionnaire, since the questions asked would tell the answers.
    """

    theme: Theme
    case_id: int
    questionnaire: Questionnaire
    profile: Profile
    answers: Mapping[str, Answer]
    path: Path
    submitted_at: datetime | None
    withheld: bool
    authority: Authority
    wave: WaveDates


@dataclass(frozen=True, slots=True)
class Submission:
    """A theme that was handed in: its receipt, in counts, never in values."""

    theme: Theme
    number: str
    answered: int
    asked: int
    submitted_at: datetime


def opened(session: Session, respondent: Respondent, theme: str, *, now: datetime) -> Opened:  # noqa: ARG001
    """One theme with its answers; `NotYourTheme` when the respondent's link does not open it."""
    case, response = look(session, respondent, theme)
    questionnaire = stored(session, response.questionnaire_id)
    profile = Profile(case.kind, case.population)
    withheld = is_withheld(theme, response.submitted_at)
    kept = {} if withheld else response.answers
    return Opened(
        theme=BY_CODE[theme],
        case_id=case.id,
        questionnaire=questionnaire,
        profile=profile,
        answers={} if withheld else _answers(session, respondent, response, questionnaire),
        path=path(questionnaire, profile, values_of(questionnaire, kept)),
        submitted_at=response.submitted_at,
        withheld=withheld,
        authority=authority(session, case.territory_id),
        wave=wave_dates(session, case.wave_id),
    )


def is_withheld(theme: str, submitted_at: datetime | None) -> bool:
    """Whether nobody may read the answers of this theme any more."""
    return BY_CODE[theme].confidential and submitted_at is not None


def submission(session: Session, respondent: Respondent, theme: str) -> Submission | None:
    """What was handed in; None while the theme is a draft."""
    case, response = look(session, respondent, theme)
    if response.submitted_at is None or response.receipt_number is None:
        return None
    return submission_of(stored(session, response.questionnaire_id), case, response)


def submission_of(questionnaire: Questionnaire, case: Case, response: SurveyResponse) -> Submission:
    """The counts of a submitted response."""
    profile = Profile(case.kind, case.population)
    walked = path(questionnaire, profile, values_of(questionnaire, response.answers))
    assert response.submitted_at is not None
    assert response.receipt_number is not None
    return Submission(
        BY_CODE[case.theme], response.receipt_number, *walked.progress, response.submitted_at
    )


def _answers(
    session: Session,
    respondent: Respondent,
    response: SurveyResponse,
    questionnaire: Questionnaire,
) -> dict[str, Answer]:
    known = {code: kept for code, kept in response.answers.items() if code in questionnaire}
    events = events_of(session, [kept["event"] for kept in known.values()])
    names = names_for(session, respondent, {(e.actor_kind, e.actor_id) for e in events.values()})
    return {
        code: answer_from(questionnaire, code, kept["value"], events[kept["event"]], names)
        for code, kept in known.items()
    }


def lost_value(
    session: Session, respondent: Respondent, theme: str, question: str, event: int
) -> Value | None:
    """The answer that an event of this theme keeps, counted or not; None once blank or erased."""
    _, response = look(session, respondent, theme)
    raw = session.scalar(
        select(AnswerEvent.value).where(
            AnswerEvent.id == event,
            AnswerEvent.response_id == response.id,
            AnswerEvent.question == question,
        )
    )
    return value_of(stored(session, response.questionnaire_id).question(question), raw)


def events_of(session: Session, ids: list[int]) -> dict[int, AnswerEvent]:
    """Answer events by their id."""
    if not ids:
        return {}
    found = session.scalars(select(AnswerEvent).where(AnswerEvent.id.in_(sorted(ids))))
    return {event.id: event for event in found}


def answer_from(
    questionnaire: Questionnaire, code: str, raw: object, event: AnswerEvent, names: Names
) -> Answer:
    """The answer as its reader may be told of it."""
    return Answer(
        value=value_of(questionnaire.question(code), raw),
        event=event.id,
        by=names.of(event.actor_kind, event.actor_id),
        at=event.at,
        channel=Channel(event.channel),
    )
