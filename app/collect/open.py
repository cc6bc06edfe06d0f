"""What a respondent may read of their own questionnaires. Steps: nothing is written here.

The values of a submitted confidential theme stop here, at the root: neither page, nor chat, nor
console can show what this module does not give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Row,
    bindparam,
    false,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.collect.authors import Names, names_for
from app.collect.prefill import Suggestion, for_blanks, suggestions
from app.collect.standing import Held, look
from app.collect.stored_answers import value_of
from app.collect.surroundings import Authority, WaveDates, look_around
from app.collect.team_standing import TeamStanding, ValidationStanding
from app.interview.conditions import Profile
from app.interview.path import Path, path
from app.interview.questionnaire import Questionnaire
from app.interview.values import Value
from app.models.cases import AnswerEvent, CaseEvent
from app.vocabulary.scope import Channel, Respondent
from app.vocabulary.themes import BY_CODE, Theme

REOPENED = "reopened"
"""Why a case went back to a draft; a confidential theme is blank from then on."""


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
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    """For questions asked and blank; nothing of them counts until it is confirmed."""
    team: TeamStanding = field(default_factory=TeamStanding)
    validation: ValidationStanding = field(default_factory=ValidationStanding)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many questions were asked, and how many of them answered."""

    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Submission:
    """A theme that was handed in: its receipt, in counts, never in values.

    `progress` is None for a confidential theme: the number of questions asked would tell answers.
    """

    theme: Theme
    number: str
    progress: Progress | None
    submitted_at: datetime


def opened(session: Session, respondent: Respondent, theme: str, *, now: datetime) -> Opened:  # noqa: ARG001
    """One theme with its answers; `NotYourTheme` when the respondent's link does not open it."""
    around = look_around(session, respondent, [theme])
    (seen,) = around.themes
    withheld = is_withheld(theme, seen.response.submitted_at)
    walked = path(seen.questionnaire, seen.profile, {}) if withheld else seen.walked()
    found: Mapping[str, Suggestion] = {}
    if seen.response.submitted_at is None and walked.missing:
        found = suggestions(session, seen, follows_another=around.wave.follows_another)
    return Opened(
        theme=BY_CODE[theme],
        case_id=seen.case.id,
        questionnaire=seen.questionnaire,
        profile=seen.profile,
        answers={} if withheld else _answers(session, respondent, seen),
        path=walked,
        submitted_at=seen.response.submitted_at,
        withheld=withheld,
        authority=around.authority,
        wave=around.wave,
        suggestions=for_blanks(found, walked),
        team=around.team,
        validation=around.team.of(seen.response.id),
    )


def is_withheld(theme: str, submitted_at: datetime | None) -> bool:
    """Whether nobody may read the answers of this theme any more."""
    return BY_CODE[theme].confidential and submitted_at is not None


def submission(session: Session, respondent: Respondent, theme: str) -> Submission | None:
    """What was handed in; None while the theme is a draft."""
    seen = look(session, respondent, theme)
    return None if seen.response.submitted_at is None else submission_of(seen)


def submission_of(handed_in: Held) -> Submission:
    """What may be told of a submitted response."""
    theme, response = BY_CODE[handed_in.case.theme], handed_in.response
    assert response.submitted_at is not None
    assert response.receipt_number is not None
    progress = None if theme.confidential else Progress(*handed_in.walked().progress)
    return Submission(theme, response.receipt_number, progress, response.submitted_at)


def _answers(session: Session, respondent: Respondent, seen: Held) -> dict[str, Answer]:
    questionnaire = seen.questionnaire
    known = {code: kept for code, kept in seen.response.answers.items() if code in questionnaire}
    if not known:
        return {}
    standing = session.execute(_STANDING, {"response_id": seen.response.id})
    events: dict[int, Told] = {event.id: event for event in standing}
    names = names_for(session, respondent, {(e.actor_kind, e.actor_id) for e in events.values()})
    return {
        code: answer_from(questionnaire, code, kept["value"], events[kept["event"]], names)
        for code, kept in known.items()
    }


@dataclass(frozen=True, slots=True)
class Lost:
    """The answer that an event keeps; None once it was blanked or erased."""

    value: Value | None


def lost_value(
    session: Session, respondent: Respondent, theme: str, question: str, event: int
) -> Lost | None:
    """What an event of this theme keeps, counted or not; None when it may not be read again."""
    seen = look(session, respondent, theme)
    kept = session.execute(
        select(AnswerEvent.value).where(
            AnswerEvent.id == event,
            AnswerEvent.response_id == seen.response.id,
            AnswerEvent.question == question,
            of_this_draft(seen),
        )
    ).one_or_none()
    return Lost(value_of(seen.questionnaire.question(question), kept.value)) if kept else None


def of_this_draft(held: Held) -> ColumnElement[bool]:
    """Which answer events of a response may be read again: all, unless it is confidential.

    What a confidential theme held before it was handed in is neither shown nor compared with: to
    say that an answer is unchanged would tell it.
    """
    if not BY_CODE[held.case.theme].confidential:
        return true()
    if held.response.submitted_at is not None:
        return false()
    return since_reopened(held.case.id)


def since_reopened(case_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Which answer events of a case were given since it was last reopened; all, if it never was."""
    reopened_at = (
        select(func.max(CaseEvent.at))
        .where(CaseEvent.case_id == case_id, CaseEvent.why == REOPENED)
        .scalar_subquery()
    )
    return or_(reopened_at.is_(None), AnswerEvent.at > reopened_at)


Told = Row[int, str, str | None, datetime, str]
"""What is told of an answer event: id, actor_kind, actor_id, at, channel."""

_EVENTS = select(
    *(AnswerEvent.id, AnswerEvent.actor_kind, AnswerEvent.actor_id),
    *(AnswerEvent.at, AnswerEvent.channel),
).where(AnswerEvent.id == func.any(bindparam("ids", type_=ARRAY(BigInteger))))


# By the response rather than by the ids: PostgreSQL keeps the plan, whatever their number.
_STANDING = text("""
    SELECT answer_events.id, answer_events.actor_kind, answer_events.actor_id, answer_events.at,
           answer_events.channel
      FROM responses CROSS JOIN LATERAL jsonb_each(responses.answers) AS answer
      JOIN answer_events ON answer_events.id = CAST(answer.value ->> 'event' AS bigint)
     WHERE responses.id = :response_id
""")


def events_of(session: Session, ids: list[int]) -> dict[int, Told]:
    """Answer events by their id."""
    if not ids:
        return {}
    return {event.id: event for event in session.execute(_EVENTS, {"ids": ids})}


def answer_from(
    questionnaire: Questionnaire, code: str, raw: object, event: Told, names: Names
) -> Answer:
    """The answer as its reader may be told of it."""
    return Answer(
        value=value_of(questionnaire.question(code), raw),
        event=event.id,
        by=names.of(event.actor_kind, event.actor_id),
        at=event.at,
        channel=Channel(event.channel),
    )
