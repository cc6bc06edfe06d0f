"""The rules of a wave: its steps, when each falls, and what order they must keep. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from app.errors import Refused
from app.vocabulary.french_dates import day_month
from app.vocabulary.letters import WEEKS_APART
from app.vocabulary.office_hours import days_later, next_open_for_all
from app.vocabulary.wave_steps import MAILED, STEP_LABELS, Anchor, Audience, StepKind

MOST = 3  # reminders of a case to a mailbox, those that staff ask for included
APART = timedelta(days=7)  # whatever was late, a mailbox gets no two reminders in a week
LETTERS_APART = timedelta(weeks=WEEKS_APART)
LONGEST = 365  # days


class BadCalendar(Refused):
    """The steps do not follow one another."""

    sentence = (
        "Ce calendrier ne tient pas\u00a0: {why}. "
        "L’ordre est\u00a0: préavis, invitation, relances, dernier rappel, fin."
    )


class StepLocked(Refused):
    """A step that has begun is neither moved nor removed, and none is put before it."""

    sentence = (
        "L’étape «\u00a0{label}\u00a0» a déjà commencé\u00a0: laissez-la telle quelle, "
        "avec celles qui la précèdent, et changez les suivantes."
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `days` counts from its anchor, `words` names the text of a step that writes."""

    kind: StepKind
    anchor: Anchor
    days: int
    words: str | None = None
    id: int = 0  # 0: not kept yet
    audience: Audience = Audience.ALL

    def falls_at(self, invited_at: datetime, ends_at: datetime, departement: str = "") -> datetime:
        """When it falls for whoever is invited then: the same hour of the clock, other days."""
        start = invited_at if self.anchor is Anchor.INVITATION else ends_at
        return days_later(start, self.days, departement)

    def speaks_to(self, begun_at: datetime | None, falls_at: datetime) -> bool:
        """Whether it is for whoever began to answer then, or has not (None), and meets it then.

        Whoever begins after the day of a step for those who began is past it: nobody is reminded
        at once of what they are just answering.
        """
        if self.audience is Audience.STARTED:
            return begun_at is not None and begun_at <= falls_at
        return self.audience is Audience.ALL or begun_at is None

    def same_as(self, other: Step) -> bool:
        """Whether both say the same, kept or not."""
        return _said(self) == _said(other)


USUAL_STEPS = (
    Step(StepKind.REMINDER, Anchor.INVITATION, 15, "reminder"),
    Step(StepKind.REMINDER, Anchor.INVITATION, 30, "reminder_2"),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What planning knows of a wave."""

    steps: tuple[Step, ...]
    ends_at: datetime
    office_hours: bool

    @property
    def reminders(self) -> tuple[Step, ...]:
        """The steps that write to the silent."""
        return tuple(step for step in self.steps if step.kind in MAILED)

    @property
    def minds_audience(self) -> bool:
        """Whether some step tells those who began from those who did not."""
        return any(step.audience is not Audience.ALL for step in self.steps)

    def first_invited_by(
        self, now: datetime, kinds: Collection[StepKind] = MAILED
    ) -> datetime | None:
        """The latest invitation that a step of these kinds may follow by now; None: there is none.

        An hour early at most, for the days that have twenty-five.
        """
        latest = [
            now - timedelta(days=step.days) + timedelta(hours=1)
            if step.anchor is Anchor.INVITATION
            else now
            for step in self.steps
            if step.kind in kinds
            and (step.anchor is Anchor.INVITATION or step.falls_at(now, self.ends_at) <= now)
        ]
        return max(latest, default=None)

    def of_kind(self, kind: StepKind) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind is kind)

    def due_at(
        self, step: Step, invited_at: datetime, begun_at: datetime | None, departement: str
    ) -> datetime | None:
        """When a step that staff do falls for an authority, open then; None: it never does."""
        falls_at = step.falls_at(invited_at, self.ends_at, departement)
        at = self.opened(falls_at, [departement])
        theirs = step.speaks_to(begun_at, falls_at)
        return at if theirs and invited_at < at < self.ends_at else None

    def opened(self, moment: datetime, departements: Sequence[str]) -> datetime:
        """The next moment at which one may write to these authorities."""
        return next_open_for_all(moment, departements) if self.office_hours else moment


def in_order(steps: Sequence[Step], opens_at: datetime, ends_at: datetime) -> tuple[Step, ...]:
    """The steps as an authority invited at the opening meets them; refuses an order that fails."""
    for step in steps:
        _check_side(step)
    ordered = sorted(steps, key=lambda step: (step.falls_at(opens_at, ends_at), step.kind))
    _check_moments(ordered, opens_at, ends_at)
    for begun in (Audience.STARTED, Audience.UNSTARTED):
        met = [step for step in ordered if step.audience in (Audience.ALL, begun)]
        _check_numbers(met)
        _check_gaps(met, opens_at, ends_at)
    return tuple(ordered)


def check_locked(
    kept: Sequence[Step], wanted: Sequence[Step], begun: Sequence[bool]
) -> tuple[Step, ...]:
    """The wanted steps, each as it is kept where it stays; those that have begun must.

    `begun`: of each step kept. `StepLocked`.
    """
    n_locked = max((rank for rank, is_begun in enumerate(begun, start=1) if is_begun), default=0)
    for rank, step in enumerate(kept[:n_locked]):
        if rank >= len(wanted) or not step.same_as(wanted[rank]):
            raise StepLocked(label=STEP_LABELS[step.kind])
    unchanged = list(kept)
    return tuple(_as_kept(step, unchanged) for step in wanted)


def _as_kept(step: Step, unchanged: list[Step]) -> Step:
    """The step of these that says the same, taken out; else the step itself."""
    for one in unchanged:
        if one.same_as(step):
            unchanged.remove(one)
            return one
    return step


def _check_side(step: Step) -> None:
    label = STEP_LABELS[step.kind]
    before = step.kind is StepKind.PRENOTICE or step.anchor is Anchor.END
    if not 0 < abs(step.days) <= LONGEST or (step.days < 0) is not before:
        raise BadCalendar(why=f"«\u00a0{label}\u00a0» n’a pas un nombre de jours possible")
    if step.kind is StepKind.PRENOTICE and step.anchor is not Anchor.INVITATION:
        raise BadCalendar(why="le préavis se compte avant l’invitation")
    if step.kind is StepKind.PRENOTICE and step.audience is not Audience.ALL:
        raise BadCalendar(why="le préavis va à toutes, car aucune n’a encore commencé")
    if step.kind is StepKind.LAST_CALL and step.anchor is not Anchor.END:
        raise BadCalendar(why="le dernier rappel se compte avant la fin")


def _check_numbers(steps: Sequence[Step]) -> None:
    kinds = [step.kind for step in steps]
    for kind in (StepKind.PRENOTICE, StepKind.LAST_CALL):
        if kinds.count(kind) > 1:
            raise BadCalendar(why=f"«\u00a0{STEP_LABELS[kind]}\u00a0» y est deux fois")
    if sum(kind in MAILED for kind in kinds) > MOST:
        raise BadCalendar(why=f"il y a plus de {MOST} relances, dernier rappel compris")


def _check_moments(steps: Sequence[Step], opens_at: datetime, ends_at: datetime) -> None:
    for step in steps:
        at, label = step.falls_at(opens_at, ends_at), STEP_LABELS[step.kind]
        if at >= ends_at:
            raise BadCalendar(why=f"«\u00a0{label}\u00a0» tombe après la fin, {day_month(ends_at)}")
        if step.kind is not StepKind.PRENOTICE and at <= opens_at:
            raise BadCalendar(why=f"«\u00a0{label}\u00a0» tombe avant l’invitation")


def _check_gaps(steps: Sequence[Step], opens_at: datetime, ends_at: datetime) -> None:
    """What one authority meets: steps for others may fall between."""
    mailed = [step for step in steps if step.kind in MAILED]
    for one, following in pairwise(mailed):
        if one.kind is StepKind.LAST_CALL:
            raise BadCalendar(why="une relance suit le dernier rappel")
        if _gap(one, following, opens_at, ends_at) < APART:
            raise BadCalendar(why="deux relances tombent à moins d’une semaine")
    letters = [step for step in steps if step.kind is StepKind.LETTER]
    for one, following in pairwise(letters):
        if _gap(one, following, opens_at, ends_at) < LETTERS_APART:
            raise BadCalendar(why=f"deux courriers tombent à moins de {WEEKS_APART} semaines")


def _gap(one: Step, following: Step, opens_at: datetime, ends_at: datetime) -> timedelta:
    return following.falls_at(opens_at, ends_at) - one.falls_at(opens_at, ends_at)


def _said(step: Step) -> tuple[StepKind, Anchor, int, str | None, Audience]:
    return step.kind, step.anchor, step.days, step.words, step.audience
