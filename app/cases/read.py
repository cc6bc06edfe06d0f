"""Counts over many cases. Core goes round the console's listener, so each takes the scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from app.models.campaigns import Campaign, Wave, WaveQuestionnaire
from app.models.cases import Case, FollowUp
from app.models.scope import criterion, visible_to
from app.models.territories import Territory
from app.vocabulary.dispositions import CALLABLE, SUBMITTED, D
from app.vocabulary.scope import Right, Scope

Tally = Mapping[D, int]


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """A wave that has opened, with its themes in order."""

    id: int
    label: str
    campaign: str
    simulated: bool
    opens_at: datetime
    opened_at: datetime
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Participation:
    """Authorities of one kind: asked, with one theme submitted at least, with all of them."""

    n_asked: int
    n_at_least_one: int
    n_all: int


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits for somebody, in numbers of authorities."""

    n_undelivered: int
    n_no_address: int
    n_calls_due: int
    n_to_confirm: int
    n_silent: int
    n_started: int


def opened_waves(session: Session) -> list[WaveFacts]:
    """The waves that have opened, the latest first; everybody may know of them."""
    rows = session.execute(
        select(
            Wave.id,
            Wave.label,
            Campaign.name,
            Campaign.simulated,
            Wave.opens_at,
            Wave.opened_at,
            func.array_agg(WaveQuestionnaire.theme).label("themes"),
        )
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .join(WaveQuestionnaire, WaveQuestionnaire.wave_id == Wave.id)
        .where(Wave.opened_at.is_not(None))
        .group_by(Wave.id, Campaign.id)
        .order_by(Wave.opened_at.desc(), Wave.id.desc())
    )
    return [
        WaveFacts(wave_id, label, campaign, simulated, opens_at, opened_at, tuple(themes))
        for wave_id, label, campaign, simulated, opens_at, opened_at, themes in rows
        if opened_at is not None
    ]


def by_kind_and_theme(session: Session, scope: Scope, wave_id: int) -> dict[tuple[str, str], Tally]:
    """Cases of a wave by disposition, for each kind of authority and theme."""
    rows = session.execute(
        select(Case.kind, Case.theme, Case.disposition, func.count())
        .where(Case.wave_id == wave_id, criterion(Case, scope))
        .group_by(Case.kind, Case.theme, Case.disposition)
        .order_by(Case.kind, Case.theme, Case.disposition)
    )
    tallies: dict[tuple[str, str], dict[D, int]] = {}
    for kind, theme, disposition, n in rows:
        tallies.setdefault((kind, theme), {})[D(disposition)] = n
    return dict(tallies)


def by_departement(
    session: Session, scope: Scope, wave_id: int, kind: str, theme: str | None
) -> dict[str, Tally]:
    """Cases of one kind by disposition and main département; régions are left out (no one)."""
    query = (
        select(Territory.departement_code, Case.disposition, func.count())
        .join(Territory, Territory.id == Case.territory_id)
        .where(
            Case.wave_id == wave_id,
            Case.kind == kind,
            Territory.departement_code.is_not(None),
            criterion(Case, scope),
        )
        .group_by(Territory.departement_code, Case.disposition)
        .order_by(Territory.departement_code, Case.disposition)
    )
    if theme is not None:
        query = query.where(Case.theme == theme)
    tallies: dict[str, dict[D, int]] = {}
    for code, disposition, n in session.execute(query):
        assert code is not None
        tallies.setdefault(code, {})[D(disposition)] = n
    return dict(tallies)


def participation(session: Session, scope: Scope, wave_id: int) -> dict[str, Participation]:
    """By kind: how many authorities submitted one theme at least, and all of them."""
    done = func.count().filter(Case.disposition.in_(sorted(SUBMITTED)))
    each = (
        select(Case.kind, Case.territory_id, func.count().label("asked"), done.label("done"))
        .where(Case.wave_id == wave_id, criterion(Case, scope))
        .group_by(Case.kind, Case.territory_id)
        .subquery()
    )
    rows = session.execute(
        select(
            each.c.kind,
            func.count(),
            func.count().filter(each.c.done > 0),
            func.count().filter(each.c.done == each.c.asked),
        )
        .group_by(each.c.kind)
        .order_by(each.c.kind)
    )
    return {kind: Participation(n, one, every) for kind, n, one, every in rows}


def todo(session: Session, scope: Scope, wave_id: int, *, until: datetime) -> Todo:
    """What waits for somebody in this wave; calls are those promised before `until`."""
    waiting = {D.UNDELIVERED, D.NO_ADDRESS, D.UNCONFIRMED, D.INVITED, D.STARTED}
    counted = dict(
        session.execute(
            select(Case.disposition, func.count(Case.territory_id.distinct()))
            .where(
                Case.wave_id == wave_id,
                Case.disposition.in_(sorted(waiting)),
                criterion(Case, scope),
            )
            .group_by(Case.disposition)
        ).all()
    )
    return Todo(
        n_undelivered=counted.get(D.UNDELIVERED, 0),
        n_no_address=counted.get(D.NO_ADDRESS, 0),
        n_calls_due=len(calls_due(session, scope, wave_id, until=until)),
        n_to_confirm=counted.get(D.UNCONFIRMED, 0),
        n_silent=counted.get(D.INVITED, 0),
        n_started=counted.get(D.STARTED, 0),
    )


def calls_due(session: Session, scope: Scope, wave_id: int, *, until: datetime) -> list[int]:
    """The follow-ups whose call is due; a later note about the same authority settles it.

    A call that the calendar asked for is settled too once nothing is left to call about.
    """
    later = aliased(FollowUp)
    settled = (
        select(later.id)
        .where(
            later.territory_id == FollowUp.territory_id,
            later.wave_id == FollowUp.wave_id,
            later.id > FollowUp.id,
        )
        .exists()
    )
    return list(
        session.scalars(
            select(FollowUp.id)
            .where(
                FollowUp.wave_id == wave_id,
                FollowUp.call_again_at < until,
                ~settled,
                FollowUp.step_id.is_(None) | _still_silent(),
                criterion(FollowUp, scope),
            )
            .order_by(FollowUp.call_again_at, FollowUp.id)
            .limit(500)
        )
    )


def _still_silent() -> ColumnElement[bool]:
    """Whether a theme of the note's wave still waits, so that a call may help."""
    return (
        select(Case.id)
        .where(
            Case.territory_id == FollowUp.territory_id,
            Case.wave_id == FollowUp.wave_id,
            Case.disposition.in_(sorted(CALLABLE)),
        )
        .exists()
    )


def chased(
    session: Session, scope: Scope, case_ids: Sequence[int], wave_ids: Sequence[int]
) -> dict[int, tuple[int, str]]:
    """Of these cases, those of these waves that this scope may chase: authority and its kind."""
    rows = session.execute(
        select(Case.id, Case.territory_id, Case.kind)
        .where(
            Case.id.in_(case_ids),
            Case.wave_id.in_(wave_ids),
            Case.territory_id.in_(visible_to(scope, Right.CHASE)),
        )
        .order_by(Case.id)
    )
    return {case_id: (territory_id, kind) for case_id, territory_id, kind in rows}
