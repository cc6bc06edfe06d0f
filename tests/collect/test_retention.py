"""What people asked and who their team was is forgotten when we said it would be."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from app.auth.users import create_user
from app.collect.requests import ask_help, settle
from app.collect.retention import (
    REQUESTS_KEPT_YEARS,
    TEAMS_KEPT_YEARS,
    Purged,
    purge_respondents_data,
)
from app.main import create_app
from app.models.requests import Request
from app.models.teams import Assignment, Team
from app.vocabulary.requests import RequestState
from app.vocabulary.scope import Author, Role, Scope
from tests.collect.teams import CLAIRE, GUERET, JULIE, MARC, plans
from tests.world import World

NOTHING = Purged(n_words=0, n_requests=0, n_assignments=0, n_teams=0)


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()


def asks(world: World, words: str) -> int:
    return ask_help(world.db, world.respondent(GUERET), None, words, now=world.now)


def is_dealt_with(world: World, number: int) -> None:
    by = Author.system()
    user = create_user(
        world.db,
        "aicha@console.invalid",
        "Aïcha",
        Role.ADMINISTRATOR,
        None,
        "quatre mots sans lien",
        by=by,
        now=world.now,
    )
    scope = Scope(user, Role.ADMINISTRATOR, None)
    settle(world.db, scope, Author.user(user), number, RequestState.DONE, now=world.now)


def night(world: World) -> Purged:
    return purge_respondents_data(world.db, now=world.now)


def requests(world: World) -> list[tuple[str, str | None]]:
    with world.db.reading() as session:
        kept = session.scalars(select(Request).order_by(Request.id))
        return [(one.state, one.words) for one in kept]


def team(world: World) -> tuple[int, list[str]]:
    """How many teams, and the themes that somebody has."""
    with world.db.reading() as session:
        themes = session.scalars(select(Assignment.theme).order_by(Assignment.theme)).all()
        return len(session.scalars(select(Team)).all()), list(themes)


def test_a_request_that_was_dealt_with_goes_after_three_years(world: World) -> None:
    is_dealt_with(world, asks(world, "Rappelez-moi au 05 55 00 00 00."))

    world.days_pass(365 * REQUESTS_KEPT_YEARS)
    assert night(world) == NOTHING

    world.days_pass(1)
    assert night(world).n_requests == 1
    assert requests(world) == []
    assert night(world) == NOTHING


def test_a_request_that_still_waits_loses_its_words_then_goes_once_closed(world: World) -> None:
    number = asks(world, "Rappelez-moi au 05 55 00 00 00.")
    world.days_pass(365 * REQUESTS_KEPT_YEARS + 1)

    assert night(world) == Purged(n_words=1, n_requests=0, n_assignments=0, n_teams=0)
    assert requests(world) == [("open", None)]
    assert night(world) == NOTHING

    is_dealt_with(world, number)
    assert night(world).n_requests == 1


def test_what_was_asked_since_stays_whole(world: World) -> None:
    is_dealt_with(world, asks(world, "Une vieille question"))
    world.days_pass(365 * REQUESTS_KEPT_YEARS - 10)
    with world.db.transaction() as session:
        session.add(
            Request(
                territory_id=world.territory(GUERET).id,
                kind="help",
                words="Une question récente",
                channel="web",
                asked_at=world.now,
            )
        )
    world.days_pass(11)

    night(world)

    assert requests(world) == [("open", "Une question récente")]


def test_a_team_goes_three_years_after_its_last_change(world: World) -> None:
    plans(world, coordinator=MARC, validator=CLAIRE, inclusion=JULIE)
    world.days_pass(10)
    plans(world, coordinator=MARC, inclusion=JULIE, cybersecurite=MARC)

    world.days_pass(365 * TEAMS_KEPT_YEARS - 9)
    assert night(world) == Purged(n_words=0, n_requests=0, n_assignments=1, n_teams=0)
    assert team(world) == (1, ["cybersecurite"])

    world.days_pass(10)
    assert night(world) == Purged(n_words=0, n_requests=0, n_assignments=1, n_teams=1)
    assert team(world) == (0, [])


def test_the_public_page_promises_what_the_clock_keeps(world: World) -> None:
    page = create_app(world.house).test_client().get("/donnees-personnelles")
    told = re.sub(r"<[^>]+>", "\n", html.unescape(page.get_data(as_text=True)))
    lines = [line.strip() for line in told.splitlines() if line.strip()]

    def promised(what: str) -> str:
        return lines[lines.index(what) + 1]

    words = {1: "un an", 2: "deux ans", 3: "trois ans", 4: "quatre ans", 5: "cinq ans"}
    assert promised("Demandes faites depuis un lien").startswith(
        f"{words[REQUESTS_KEPT_YEARS]}, sans leur texte"
    )
    assert promised("Équipe de la collectivité") == (
        f"{words[TEAMS_KEPT_YEARS]} après son dernier changement"
    )
