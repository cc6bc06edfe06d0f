"""One theme on the page of a link: its state, who did what, and what one may do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.collect.authors import YOU
from app.collect.link_story import Returned
from app.collect.overview import Contribution, Standing, ThemeStanding
from app.collect.team_standing import Validating
from app.interview.french import capital
from app.respond.addresses import of_theme
from app.respond.link_ways import answers_file
from app.vocabulary.french_dates import of_day, when


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """What `link.html` shows of a theme."""

    code: str
    number: int
    title: str
    state: str  # todo, started, delegated, submitted
    answered: int
    asked: int
    minutes_left: int
    after: str
    facts: list[str]
    answer_url: str
    reopen_url: str
    pdf_url: str
    withdraw_url: str
    delegate_name: str


def theme_row(
    token: str, one: ThemeStanding, now: datetime, *, returned: Returned | None = None
) -> ThemeRow:
    """The row of one theme, for the holder of this link; `returned` by whom it was handed to."""
    theme = one.theme.code
    submitted = one.standing is Standing.SUBMITTED
    mine = [delegate.name for delegate in one.delegates if delegate.mine]
    to_review = not submitted and _is_to_review(one)
    waiting = bool(mine) and one.standing is Standing.TODO
    return ThemeRow(
        code=one.theme.code,
        number=one.theme.number,
        title=one.theme.name,
        state="review" if to_review else "delegated" if waiting else one.standing,
        answered=one.answered,
        asked=one.asked,
        minutes_left=one.minutes_left,
        after=_after(one, now),
        facts=_facts(one, mine, returned, now),
        answer_url="" if submitted else of_theme("review" if to_review else "theme", token, theme),
        reopen_url=of_theme("reopen_theme", token, theme) if submitted else "",
        pdf_url=answers_file(token, one.theme) if submitted else "",
        withdraw_url=of_theme("withdraw", token, theme) if mine and not submitted else "",
        delegate_name=" et ".join(mine),
    )


def _after(one: ThemeStanding, now: datetime) -> str:
    if one.submitted_at is None:
        return "vous avez dit ne pas y répondre" if one.declined else ""
    return f"{when(one.submitted_at, now)}, par {one.submitted_by}"


def _facts(
    one: ThemeStanding, mine: list[str], returned: Returned | None, now: datetime
) -> list[str]:
    facts = [_contributed(contribution, now) for contribution in one.contributions]
    if one.receipt_number is not None and one.submitted_at is not None:
        facts.append(f"Accusé de réception nº\u00a0{one.receipt_number}.")
        if one.theme.confidential:
            facts.append(
                "Ces réponses ne s’affichent plus, pour personne. "
                "Rouvrir repart d’une page blanche."
            )
    elif mine and not one.contributions:
        names = " et ".join(mine)
        facts.append(f"Confié à {names}. Vous pouvez y répondre vous-même.")
    if one.submitted_at is None:
        facts += _team_facts(one, mine, now)
    if returned is not None and one.submitted_at is None:
        facts.append(
            f"Rendu par {returned.by}, {when(returned.at, now)}\u00a0: à vous, ou à confier."
        )
    if one.declined:
        facts.append("Vous pouvez changer d’avis\u00a0: il suffit de répondre.")
    return facts


def _is_to_review(one: ThemeStanding) -> bool:
    """A theme that came back from validation, or that waits for this very respondent."""
    state = one.validation.state
    if one.validates:
        return state is Validating.ASKED
    return state is Validating.RETURNED


def _team_facts(one: ThemeStanding, mine: list[str], now: datetime) -> list[str]:
    """Who has it, by when, and where its validation stands."""
    facts, standing = [], one.validation
    if one.assigned_to and one.assigned_to not in mine:
        facts.append(f"Confié à {one.assigned_to}.")
    if one.due_on is not None:
        facts.append(f"À rendre au plus tard le {of_day(one.due_on)}.")
    if standing.at is None:
        return facts
    at = when(standing.at, now)
    if standing.state is Validating.ASKED:
        who = "Un collègue vous demande de valider" if one.validates else "Validation demandée"
        facts.append(f"{who}, {at}.")
    elif one.validates:
        facts.append(f"Renvoyé avec un commentaire, {at}.")
    else:
        said = " ".join(standing.comment.split())
        facts.append(f"À revoir\u00a0: «\u00a0{said}\u00a0» ({at}).")
    return facts


def _contributed(one: Contribution, now: datetime) -> str:
    count = "une question" if one.n == 1 else f"{one.n} questions"
    told = "avez" if one.by == YOU else "a"
    return f"{capital(one.by)} {told} répondu à {count}, {when(one.last_at, now)}."
