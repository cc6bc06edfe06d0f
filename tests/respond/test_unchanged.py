"""A year later: nothing has changed, one button says so, and what was typed wins."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.collect.submit import submit
from app.main import create_app
from app.models.cases import AnswerEvent
from app.now import set_offset
from app.vocabulary.scope import Respondent
from tests.collect.answers import answers_all, opens
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World

NONCE = ["nonce-nonce-1"]


@pytest.fixture
def site(world: World, clock: None) -> Flask:
    """Guéret answered last autumn; it is autumn again."""
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()
    answers_all(world, world.respondent(GUERET))
    submit(world.db, world.respondent(GUERET), "inclusion", world.letterhead, now=world.now)
    world.open_wave_a_year_later()
    set_offset(world.now - datetime.now(UTC))
    return create_app(world.house)


@pytest.fixture
def who(world: World, site: Flask) -> Respondent:
    return world.respondent(GUERET)


def unchanged(secretary: Browser, section: str, **fields: list[str]) -> None:
    secretary.sends(
        f"/r/{secretary.token}/inclusion/section/{section}/inchange", {"nonce": NONCE, **fields}
    )


def test_a_page_shows_what_was_said_and_counts_none_of_it(secretary: Browser, world: World) -> None:
    secretary.opens("/inclusion")
    before = world.counts()
    secretary.opens("/inclusion")

    assert "Votre réponse du 15\u00a0septembre 2026" in secretary.text
    assert "0 question sur" in secretary.text
    assert world.counts() == before


def test_one_button_confirms_the_section_and_goes_on(
    secretary: Browser, world: World, who: Respondent
) -> None:
    first, second = opens(world, who).path.sections[:2]

    unchanged(secretary, first.code)

    assert secretary.page.status_code == 200
    assert f"<h1>{second.title}</h1>" in secretary.text
    seen = opens(world, who)
    asked = next(s for s in seen.path.sections if s.code == first.code).questions
    assert {q.code for q in asked} == set(seen.path.counted)
    with world.db.reading() as session:
        origins = session.scalars(
            select(AnswerEvent.origin).where(
                AnswerEvent.id.in_([a.event for a in seen.answers.values()])
            )
        ).all()
    assert all(str(origin).startswith("last_year:") for origin in origins)


def test_what_was_typed_on_the_page_wins(secretary: Browser, world: World, who: Respondent) -> None:
    first = opens(world, who).path.sections[0]

    unchanged(secretary, first.code, **{"mediation_place": ["no"], "mediation_place.seen": [""]})

    seen = opens(world, who)
    assert seen.path.counted["mediation_place"] == "no"
    assert "mediation_place_kinds" not in seen.answers  # not asked any more
    assert seen.path.counted["referral"] == "yes"


def test_what_cannot_be_read_is_shown_again_and_the_rest_confirmed(
    secretary: Browser, world: World, who: Respondent
) -> None:
    first = opens(world, who).path.sections[0]

    unchanged(
        secretary, first.code, **{"mediation_place": ["perhaps"], "mediation_place.seen": [""]}
    )

    assert secretary.page.status_code == 422
    assert opens(world, who).path.counted["referral"] == "yes"


def test_pressed_twice_it_counts_once(secretary: Browser, world: World, who: Respondent) -> None:
    first = opens(world, who).path.sections[0]
    unchanged(secretary, first.code)
    before = world.counts()

    unchanged(secretary, first.code)

    assert secretary.page.status_code == 200
    assert world.counts() == before


def test_a_section_that_is_none_changes_nothing(
    secretary: Browser, world: World, who: Respondent
) -> None:
    unchanged(secretary, "nowhere")

    assert secretary.page.status_code == 200
    assert opens(world, who).answers == {}


def test_without_its_number_the_form_is_refused(secretary: Browser, who: Respondent) -> None:
    secretary.sends(f"/r/{secretary.token}/inclusion/section/places/inchange", {})

    assert secretary.page.status_code == 400
