"""Experiments on the reminders of a wave: stated and drawn, read, settled by the clock."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.orm import Session

from app.campaigns.experiment_design import (
    AlreadyTried,
    Design,
    NoReminder,
    SameWords,
    TooFewMailboxes,
    UnknownExperiment,
    WaveOver,
    must_be_national,
    rule_for,
)
from app.campaigns.experiments import Rule, Tally, Verdict, draw, judge
from app.campaigns.opening import lock_wave
from app.cases.waves import effective_end
from app.db import Database
from app.models.campaigns import WaveStep
from app.models.experiments import Experiment, ExperimentMailbox
from app.models.organisations import AuditEntry
from app.vocabulary.experiments import Arm, Finding
from app.vocabulary.scope import Author, Scope
from app.vocabulary.wave_steps import MAILED, Audience

SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a design asks of a wave, before anything is drawn."""

    rule: Rule
    n_mailboxes: int  # that would be drawn: all those of the wave
    audience: Audience = Audience.ALL  # whom, of them, the step will speak to


_MAILBOXES = text("""
    SELECT DISTINCT ON (addresses.id) addresses.id, cases.stratum
      FROM cases
      JOIN contacts ON contacts.territory_id = cases.territory_id
                   AND contacts.stopped_at IS NULL AND contacts.role <> 'colleague'
      JOIN addresses ON addresses.id = contacts.address_id
                    AND addresses.channel = 'email' AND addresses.state = 'good'
     WHERE cases.wave_id = :wave_id
     ORDER BY addresses.id, cases.territory_id
""")
# What a mailbox did in its days after the reminder; one whose days are not over is not looked at.
_TALLIES = text("""
    SELECT drawn.stratum, drawn.arm, count(*) AS n,
           count(*) FILTER (WHERE EXISTS (
            SELECT FROM message_cases JOIN responses USING (case_id)
             WHERE message_cases.message_id = reminded.id
               AND responses.submitted_at > reminded.sent_at
               AND responses.submitted_at <= reminded.sent_at + :patience)) AS n_answered
      FROM experiment_mailboxes AS drawn
      CROSS JOIN LATERAL (
        SELECT messages.id, messages.sent_at FROM messages
         WHERE messages.address_id = drawn.address_id AND messages.wave_id = :wave_id
           AND messages.step = 'reminder' AND messages.sent_at <= :before
           AND (messages.details ->> 'experiment')::bigint = :id
         ORDER BY messages.sent_at LIMIT 1) AS reminded
     WHERE drawn.experiment_id = :id
     GROUP BY drawn.stratum, drawn.arm ORDER BY drawn.stratum, drawn.arm
""")


def begin_experiment(
    db: Database,
    scope: Scope,
    by: Author,
    step_id: int,
    design: Design,
    *,
    seed: int | None = None,
    now: datetime,
) -> int:
    """State the design and draw the mailboxes of the wave; the experiment's id.

    Whoever joins the wave later is reminded the usual way, and not counted.
    """
    must_be_national(scope)
    rule = rule_for(design)
    with db.transaction() as session:
        wave_id = _reminder_to_try(session, step_id, design, now).wave_id
        lock_wave(session, wave_id)
        mailboxes = _enough_mailboxes(session, wave_id, step_id, rule)
        n = sum(map(len, mailboxes.values()))
        drawn_with = secrets.randbelow(SEEDS) if seed is None else seed
        experiment = _stated(wave_id, step_id, design, rule, drawn_with, scope.user_id, now)
        session.add(experiment)
        session.flush()
        _keep_draw(session, experiment.id, mailboxes, drawn_with)
        details = {"wave": wave_id, "n": n, "seed": drawn_with}
        session.add(_audit("experiment_begun", experiment.id, by, now, details))
        return experiment.id


def foresee(
    session: Session, scope: Scope, step_id: int, design: Design, *, now: datetime
) -> Foreseen:
    """What the design asks of its wave; writes nothing, and refuses what beginning it would."""
    must_be_national(scope)
    rule = rule_for(design)
    step = _reminder_to_try(session, step_id, design, now)
    mailboxes = _enough_mailboxes(session, step.wave_id, step_id, rule)
    return Foreseen(rule, sum(map(len, mailboxes.values())), Audience(step.audience))


def verdict_of(session: Session, experiment_id: int, *, now: datetime) -> Verdict:
    """What the experiment shows now; writes nothing. A settled one shows what settled it."""
    found = session.get(Experiment, experiment_id)
    if found is None:
        raise UnknownExperiment
    told = judge(
        _rule_of(found),
        _tallies(session, found, now),
        over=effective_end(session, found.wave_id) + timedelta(days=found.days) <= now,
    )
    if found.finding is None:
        return told
    assert found.difference is not None
    assert found.low is not None
    assert found.high is not None
    return Verdict(
        *(Finding(found.finding), found.difference, found.low, found.high),
        *(told.n_usual, told.n_tried),
    )


def settle_experiments(db: Database, *, now: datetime) -> int:
    """Close the experiments whose rule has found something, or whose wave is over; how many."""
    with db.transaction() as session:
        open_ones = session.scalars(
            select(Experiment.id).where(Experiment.closed_at.is_(None)).order_by(Experiment.id)
        ).all()
        return sum(_settled(session, one, now) for one in open_ones)


def _settled(session: Session, experiment_id: int, now: datetime) -> bool:
    verdict = verdict_of(session, experiment_id, now=now)
    if verdict.finding is Finding.TOO_EARLY:
        return False
    closed = session.scalar(
        update(Experiment)
        .where(Experiment.id == experiment_id, Experiment.closed_at.is_(None))
        .values(
            closed_at=now,
            finding=verdict.finding,
            difference=verdict.difference,
            low=verdict.low,
            high=verdict.high,
        )
        .returning(Experiment.id)
    )
    return closed is not None


def _reminder_to_try(session: Session, step_id: int, design: Design, now: datetime) -> WaveStep:
    """The step, if it reminds by mail, in other words, in a wave that is not over."""
    found = session.get(WaveStep, step_id)
    if found is None or found.kind not in MAILED:
        raise NoReminder
    if design.words is not None and design.words == found.words:
        raise SameWords
    if effective_end(session, found.wave_id) <= now:
        raise WaveOver
    return found


def _enough_mailboxes(
    session: Session, wave_id: int, step_id: int, rule: Rule
) -> Mapping[str, list[int]]:
    """The wave's mailboxes by stratum, if they can show the difference that the rule seeks."""
    _check_alone(session, step_id)
    found = _mailboxes(session, wave_id)
    n = sum(map(len, found.values()))
    if n < 2 * rule.n_per_arm:
        raise TooFewMailboxes(needed=2 * rule.n_per_arm, n=n)
    return found


def _check_alone(session: Session, step_id: int) -> None:
    another = select(Experiment.id).where(
        Experiment.step_id == step_id, Experiment.closed_at.is_(None)
    )
    if session.scalar(another) is not None:
        raise AlreadyTried


def _mailboxes(session: Session, wave_id: int) -> Mapping[str, list[int]]:
    """The wave's mailboxes by stratum: that of the first of their authorities."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in session.execute(_MAILBOXES, {"wave_id": wave_id}):
        found[row.stratum].append(row.id)
    return found


def _stated(
    wave_id: int,
    step_id: int,
    design: Design,
    rule: Rule,
    seed: int,
    user_id: int,
    now: datetime,
) -> Experiment:
    return Experiment(
        wave_id=wave_id,
        step_id=step_id,
        label=design.label,
        tries=design.tries,
        words=design.words,
        hour=design.hour,
        seed=seed,
        baseline=rule.baseline,
        effect=rule.effect,
        alpha=rule.alpha,
        power=rule.power,
        early=rule.early,
        days=design.days,
        n_per_arm=rule.n_per_arm,
        made_at=now,
        made_by=user_id,
    )


def _keep_draw(
    session: Session, experiment_id: int, mailboxes: Mapping[str, list[int]], seed: int
) -> None:
    drawn = draw(mailboxes, seed)
    session.execute(
        insert(ExperimentMailbox),
        [
            {
                "experiment_id": experiment_id,
                "address_id": one,
                "stratum": stratum,
                "arm": drawn[one],
            }
            for stratum, ids in sorted(mailboxes.items())
            for one in ids
        ],
    )


def _rule_of(one: Experiment) -> Rule:
    return Rule(one.baseline, one.effect, one.alpha, one.power, one.early)


def _tallies(session: Session, one: Experiment, now: datetime) -> list[Tally]:
    patience = timedelta(days=one.days)
    values = {
        "id": one.id,
        "wave_id": one.wave_id,
        "patience": patience,
        "before": now - patience,
    }
    by_stratum: dict[str, dict[str, Row[tuple[str, str, int, int]]]] = defaultdict(dict)
    for row in session.execute(_TALLIES, values):
        by_stratum[row.stratum][row.arm] = row
    return [_tally(arms.get(Arm.USUAL), arms.get(Arm.TRIED)) for arms in by_stratum.values()]


def _tally(
    usual: Row[tuple[str, str, int, int]] | None, tried: Row[tuple[str, str, int, int]] | None
) -> Tally:
    return Tally(
        usual.n if usual else 0,
        usual.n_answered if usual else 0,
        tried.n if tried else 0,
        tried.n_answered if tried else 0,
    )


def _audit(
    action: str, experiment_id: int, by: Author, now: datetime, details: dict[str, int]
) -> AuditEntry:
    return AuditEntry.of(by, action, f"experiment:{experiment_id}", details, at=now)
