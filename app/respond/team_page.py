"""The team of an authority: who coordinates, who validates, who answers which theme by when."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.overview import overview
from app.collect.refusals import TeamWritesTooOften
from app.collect.team import set_team
from app.collect.team_plan import (
    COORDINATOR,
    VALIDATOR,
    PlanLine,
    TeamPlan,
    ThemeOfYear,
    colleague_field,
    due_field,
)
from app.collect.team_sheet import TeamSheet, team_sheet
from app.messages.drafts import RealAddress
from app.now import now
from app.respond.frame import frame
from app.vocabulary.french_dates import whole_day
from app.vocabulary.themes import BY_CODE, THEMES
from app.web.app_state import house
from app.web.links import respondent_behind, respondent_in
from app.web.skin import page

_LONGEST = 300  # characters of one field, more than any address has


@dataclass(frozen=True, slots=True)
class Line:
    """One theme of the form, as typed, with what is to mend."""

    code: str
    number: int
    title: str
    ends_on: str  # when its wave ends, in words
    colleague: str
    due: str
    colleague_error: str
    due_error: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who coordinates, or validates, as typed."""

    email: str
    error: str


def team(token: str) -> ResponseReturnValue:
    """The plan as it stands."""
    return _page(token, None, {}, "")


def share_out(token: str) -> ResponseReturnValue:
    """Keep the plan and write to whom it concerns; or show it as typed, with what is to mend."""
    respondent = respondent_behind(token)
    plan = _plan()
    try:
        done = set_team(house().db, respondent, plan, house().letterhead, now=now())
    except (TeamWritesTooOften, RealAddress) as refused:
        return _page(token, plan, {}, str(refused), refused.status)
    if done.faults:
        errors = {fault.field: fault.sentence for fault in done.faults}
        return _page(token, plan, errors, "", 422)
    return redirect(url_for("respond.team", token=token, fait="oui"), 303)


def _plan() -> TeamPlan:
    """What the form sent; a theme whose field is missing is left alone."""
    typed = {name: value[:_LONGEST].strip() for name, value in request.form.items()}
    lines = {
        theme.code: PlanLine(
            typed[colleague_field(theme.code)], typed.get(due_field(theme.code), "")
        )
        for theme in THEMES
        if colleague_field(theme.code) in typed
    }
    return TeamPlan(typed.get(COORDINATOR, ""), typed.get(VALIDATOR, ""), lines)


def _page(
    token: str,
    typed: TeamPlan | None,
    errors: dict[str, str],
    refusal: str,
    status: int = 200,
) -> ResponseReturnValue:
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        sheet = team_sheet(session, respondent, now=now())
        seen = overview(session, respondent, now=now())
    if seen.wave.ends_at <= now():
        return redirect(url_for("respond.link", token=token), 303)
    plan = typed or sheet.plan
    lines = [_line(theme, plan, errors) for theme in sheet.year.themes]
    n_now = sum(theme.open for theme in sheet.year.themes)
    body = page(
        "team.html",
        **frame(token, seen.authority, seen.wave),
        team_url=url_for("respond.share_out", token=token),
        done=request.args.get("fait") == "oui" and typed is None,
        refusal=refusal,
        coordinator=Person(plan.coordinator, errors.get(COORDINATOR, "")),
        validator=Person(plan.validator, errors.get(VALIDATOR, "")),
        lines=lines[:n_now],
        later=lines[n_now:],
        errors=_in_page_order(sheet, errors),
    )
    return body, status


def _line(theme: ThemeOfYear, plan: TeamPlan, errors: dict[str, str]) -> Line:
    known, typed = BY_CODE[theme.code], plan.lines.get(theme.code, PlanLine())
    return Line(
        code=theme.code,
        number=known.number,
        title=known.name,
        ends_on=whole_day(theme.ends_at),
        colleague=typed.email,
        due=typed.due,
        colleague_error=errors.get(colleague_field(theme.code), ""),
        due_error=errors.get(due_field(theme.code), ""),
    )


def _in_page_order(sheet: TeamSheet, errors: dict[str, str]) -> list[tuple[str, str]]:
    """The faults in the order of the page, each with the id of its field."""
    order = [COORDINATOR, VALIDATOR]
    for theme in sheet.year.themes:
        order += [colleague_field(theme.code), due_field(theme.code)]
    return [(name, errors[name]) for name in order if name in errors]
