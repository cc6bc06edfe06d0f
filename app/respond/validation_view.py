"""Validation on the page where a theme is read again: who sends it, what was asked or returned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request

from app.collect.open import Opened
from app.collect.team_standing import TeamStanding, Validating
from app.respond.addresses import of_theme
from app.vocabulary.french_dates import when

SEND, ASK, VALIDATE = "send", "ask", "validate"


@dataclass(frozen=True, slots=True)
class Checking:
    """What `review.html` says of validation. `mode`: send, ask or validate."""

    mode: str
    state: str  # none, asked, returned
    at: str  # when, in words
    remarks: list[str]  # the validator's comment, a line each
    untold: bool  # no message reaches who validates: to be told in person
    ask_url: str
    return_url: str
    comment: str  # as typed, when it is to be mended
    error: str


def checking_of(token: str, seen: Opened, comment: str, error: str, now: datetime) -> Checking:
    """What this respondent may do with a theme that they have read again."""
    theme, standing = seen.theme.code, seen.validation
    return Checking(
        mode=_mode(seen.team),
        state=standing.state,
        at=when(standing.at, now) if standing.at else "",
        remarks=remarks_of(seen),
        untold=request.args.get("prevenir") == "oui",
        ask_url=of_theme("ask_to_validate", token, theme),
        return_url=of_theme("give_back", token, theme),
        comment=comment,
        error=error,
    )


def remarks_of(seen: Opened) -> list[str]:
    """What the validator asks to change, a line each; empty unless the theme was returned."""
    if seen.validation.state is not Validating.RETURNED:
        return []
    return seen.validation.comment.splitlines()


def _mode(team: TeamStanding) -> str:
    if team.validates:
        return VALIDATE
    return ASK if team.needs_validation else SEND
