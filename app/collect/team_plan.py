"""A team's plan as it was typed, and what is to mend in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.now import paris
from app.panel.mailboxes import BadMailbox, mailbox
from app.vocabulary.french_dates import of_day

COORDINATOR, VALIDATOR = "coordinator", "validator"
NBSP = "\u00a0"
_NO_DATE = f"Écrivez une date, comme 15/10/2026. Vous avez écrit «{NBSP}{{typed}}{NBSP}»."
_PAST = "Indiquez une date à venir."
_TOO_LATE = "Ce thème se termine le {ends_on}. Indiquez une date d’ici là."
_TOO_EARLY = "Ce thème ouvre le {opens_on}. Indiquez une date après celle-ci."
_NOBODY = "Indiquez qui répond avant cette date, ou effacez la date."


def colleague_field(theme: str) -> str:
    """The name of the field that holds a theme's colleague."""
    return f"colleague-{theme}"


def due_field(theme: str) -> str:
    """The name of the field that holds a theme's internal deadline."""
    return f"due-{theme}"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """Who answers a theme and by when, as typed; empty when nobody, or no date, is named."""

    email: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """The whole form, as typed. A theme that it does not name is left alone."""

    coordinator: str = ""
    validator: str = ""
    lines: Mapping[str, PlanLine] = field(default_factory=dict)

    def mailboxes(self) -> list[tuple[str, str]]:
        """Each field that names somebody, with what was typed there."""
        typed = [(COORDINATOR, self.coordinator), (VALIDATOR, self.validator)]
        typed += [(colleague_field(theme), line.email) for theme, line in self.lines.items()]
        return [(name, email) for name, email in typed if email.strip()]


@dataclass(frozen=True, slots=True)
class PlanFault:
    """What is to mend, told beside its field."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ThemeOfYear:
    """A theme of this campaign whose wave is open or to come."""

    code: str
    wave_id: int
    open: bool
    opens_at: datetime
    ends_at: datetime  # the effective end


@dataclass(frozen=True, slots=True)
class Checked:
    """The plan as it may be kept: mailboxes by field, deadlines by theme."""

    mailboxes: Mapping[str, str]
    due: Mapping[str, date]
    faults: tuple[PlanFault, ...]


def check(
    plan: TeamPlan,
    year: Iterable[ThemeOfYear],
    kept: Mapping[str, date | None],
    *,
    now: datetime,
) -> Checked:
    """Read every field. `kept`: the deadlines as they stand; an unchanged one may have passed."""
    faults: list[PlanFault] = []
    mailboxes: dict[str, str] = {}
    for name, email in plan.mailboxes():
        try:
            mailboxes[name] = mailbox(email)
        except BadMailbox as refused:
            faults.append(PlanFault(name, str(refused)))
    due: dict[str, date] = {}
    for theme in year:
        line = plan.lines.get(theme.code)
        if line is None or not line.due.strip():
            continue
        day = _day(line.due)
        sentence = _wrong(day, line, theme, kept.get(theme.code), now)
        if sentence:
            faults.append(PlanFault(due_field(theme.code), sentence))
        elif not line.email.strip():
            faults.append(PlanFault(colleague_field(theme.code), _NOBODY))
        elif day is not None:
            due[theme.code] = day
    return Checked(mailboxes, due, tuple(faults))


def _wrong(
    day: date | None, line: PlanLine, theme: ThemeOfYear, kept: date | None, now: datetime
) -> str:
    """What is wrong with a deadline, "" if nothing is."""
    if day is None:
        return _NO_DATE.format(typed=line.due.strip()[:30])
    last = paris(theme.ends_at).date()
    if day > last:
        return _TOO_LATE.format(ends_on=of_day(last))
    if day == kept:
        return ""
    if day <= paris(now).date():
        return _PAST
    first = paris(theme.opens_at).date()
    return _TOO_EARLY.format(opens_on=of_day(first)) if day <= first else ""


def _day(typed: str) -> date | None:
    """A date as browsers send it, or as French people write it."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed.strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
