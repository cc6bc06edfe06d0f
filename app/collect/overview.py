"""The themes of a respondent's wave at a glance: where each stands, and who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from math import ceil

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.collect.authors import names_for
from app.collect.open import is_withheld
from app.collect.refusals import NotYourTheme
from app.collect.standing import Held
from app.collect.surroundings import Authority, WaveDates, look_around, mailbox_of
from app.collect.team_standing import TeamStanding, ValidationStanding
from app.interview.path import Path
from app.models.cases import AnswerEvent, SurveyResponse
from app.models.contacts import Address, Contact, Link
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Respondent
from app.vocabulary.themes import BY_CODE, Theme, in_order

DECLINED = frozenset({D.REFUSED_BY_AUTHORITY, D.REFUSED_BY_PERSON, D.PAPER_REFUSED})


class Standing(StrEnum):
    """Where a theme stands, for its respondent."""

    TODO = "todo"
    STARTED = "started"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one person answered among the answers that count."""

    by: str
    n: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Delegate:
    """A colleague who holds a link to one theme. `mine`: this respondent handed it over.

    `name` is the mailbox, as it was typed: the name of its holder may come from elsewhere.
    """

    name: str
    mine: bool


@dataclass(frozen=True, slots=True)
class ThemeStanding:
    """One theme. `asked` is 0 when its answers are withheld."""

    theme: Theme
    standing: Standing
    declined: bool
    answered: int
    asked: int
    minutes: int  # what the whole theme takes
    minutes_left: int
    contributions: tuple[Contribution, ...]
    delegates: tuple[Delegate, ...]
    submitted_at: datetime | None
    submitted_by: str
    receipt_number: str | None
    validation: ValidationStanding = field(default_factory=ValidationStanding)
    needs_validation: bool = False  # somebody else must validate before this theme is sent
    validates: bool = False  # this respondent is who validates
    assigned_to: str = ""  # the mailbox of the colleague who has it; told to the authority only
    due_on: date | None = None  # the authority's own deadline


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page of a link, and the first words of a chat, are made from."""

    authority: Authority
    wave: WaveDates
    themes: tuple[ThemeStanding, ...]
    sent_to: str  # the mailbox behind the link, empty for a letter

    def of(self, theme: str) -> ThemeStanding:
        """One of the themes; `NotYourTheme` when this wave does not ask it of them."""
        found = next((one for one in self.themes if one.theme.code == theme), None)
        if found is None:
            raise NotYourTheme
        return found


def overview(session: Session, respondent: Respondent, *, now: datetime) -> Overview:  # noqa: ARG001
    """The themes this respondent may answer, in their official order."""
    around = look_around(session, respondent, respondent.themes)
    cases = {seen.case.theme: seen for seen in around.themes}
    given = _contributions(session, respondent, [seen.response for seen in cases.values()])
    delegates = _delegates(session, respondent)
    return Overview(
        authority=around.authority,
        wave=around.wave,
        themes=tuple(
            _theme(cases[theme.code], given, delegates.get(theme.code, ()), around.team)
            for theme in in_order(list(cases))
        ),
        sent_to=mailbox_of(session, respondent.link_id) or "",
    )


@dataclass(frozen=True, slots=True)
class _Given:
    """Contributions by response, and who submitted it."""

    parts: Mapping[int, Sequence[Contribution]]
    submitters: Mapping[int, str]


def _contributions(
    session: Session, respondent: Respondent, responses: Sequence[SurveyResponse]
) -> _Given:
    """Who gave the answers that count, and who handed them in; one query for all the themes."""
    counted = {
        kept["event"]
        for response in responses
        for kept in response.answers.values()
        if kept["value"] is not None
    }
    rows = session.execute(_by_author(counted)).all() if counted else []
    authors = {(row.actor_kind, row.actor_id) for row in rows} | {
        (response.submitted_by_kind, response.submitted_by_id)
        for response in responses
        if response.submitted_by_kind
    }
    names = names_for(session, respondent, authors)
    parts: dict[int, list[Contribution]] = {}
    for row in rows:
        by = names.of(row.actor_kind, row.actor_id)
        one = Contribution(by, row.n, row.last_at)
        parts.setdefault(row.response_id, []).append(one)
    submitters = {
        response.id: names.of(response.submitted_by_kind, response.submitted_by_id)
        for response in responses
        if response.submitted_by_kind
    }
    return _Given(parts, submitters)


def _by_author(
    events: set[int],
) -> Select[int, str, str | None, int, datetime]:
    """Answers counted by response and author, the most recent author first."""
    last_at = func.max(AnswerEvent.at).label("last_at")
    return (
        select(
            AnswerEvent.response_id,
            AnswerEvent.actor_kind,
            AnswerEvent.actor_id,
            func.count().label("n"),
            last_at,
        )
        .where(AnswerEvent.id.in_(sorted(events)))
        .group_by(AnswerEvent.response_id, AnswerEvent.actor_kind, AnswerEvent.actor_id)
        .order_by(AnswerEvent.response_id, last_at.desc(), AnswerEvent.actor_id)
    )


def delegations(territory_id: int) -> Select[Link, str, str | None]:
    """The live delegated links of a territory, with the mailbox and name of each holder."""
    return (
        select(Link, Address.value, Address.holder_name)
        .join(Contact, Contact.id == Link.contact_id)
        .join(Address, Address.id == Contact.address_id)
        .where(
            Link.territory_id == territory_id,
            Link.purpose == "delegate",
            Link.revoked_at.is_(None),
        )
        .order_by(Link.created_at, Link.id)
    )


def _delegates(session: Session, respondent: Respondent) -> dict[str, tuple[Delegate, ...]]:
    """Delegates by theme, for whoever may delegate; a delegate is not told of the others."""
    if not respondent.may_delegate:
        return {}
    found: dict[str, list[Delegate]] = {}
    rows: Sequence[Row[Link, str, str | None]] = session.execute(
        delegations(respondent.territory_id)
    ).all()
    for row in rows:
        link, mailbox, _ = row
        one = Delegate(mailbox, link.delegated_by == respondent.link_id)
        for theme in link.themes or ():
            found.setdefault(theme, []).append(one)
    return {theme: tuple(delegates) for theme, delegates in found.items()}


def _theme(
    seen: Held, given: _Given, delegates: tuple[Delegate, ...], team: TeamStanding
) -> ThemeStanding:
    case, response, walked = seen.case, seen.response, seen.walked()
    minutes = seen.questionnaire.minutes
    withheld = is_withheld(case.theme, response.submitted_at)
    answered, asked = walked.progress
    assigned = team.assigned.get(case.theme)
    return ThemeStanding(
        theme=BY_CODE[case.theme],
        standing=standing_of(response, walked),
        declined=D(case.disposition) in DECLINED,
        answered=0 if withheld else answered,
        asked=0 if withheld else asked,
        minutes=minutes,
        minutes_left=0 if withheld else ceil(minutes * (asked - answered) / max(asked, 1)),
        contributions=() if withheld else tuple(given.parts.get(response.id, ())),
        delegates=delegates,
        submitted_at=response.submitted_at,
        submitted_by=given.submitters.get(response.id, ""),
        receipt_number=response.receipt_number,
        validation=team.of(response.id),
        needs_validation=team.needs_validation,
        validates=team.validates,
        assigned_to=assigned.email if assigned else "",
        due_on=assigned.due_on if assigned else None,
    )


def standing_of(response: SurveyResponse, walked: Path) -> Standing:
    """Where a response stands: handed in, begun, or blank."""
    if response.submitted_at is not None:
        return Standing.SUBMITTED
    return Standing.STARTED if walked.counted else Standing.TODO
