"""Which report card a respondent may be handed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from app.collect.card import card_file, card_of
from app.models.results import Card
from tests.collect.cards import publishes
from tests.world import World

GUERET = "23096"


@pytest.fixture
def asked(world: World) -> World:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    return world


def handed(world: World, code: str = GUERET) -> UUID | None:
    with world.db.reading() as session:
        return card_of(session, world.respondent(code))


def test_the_newest_card_is_handed(asked: World) -> None:
    publishes(asked, GUERET, b"%PDF- old")
    asked.days_pass(1)
    newest = publishes(asked, GUERET, b"%PDF- new")

    assert handed(asked) == newest
    with asked.db.reading() as session:
        found = card_file(session, newest)
    assert found is not None
    assert found.pdf == b"%PDF- new"
    assert found.name.startswith("fiche-")
    assert found.name.endswith(".pdf")


def test_before_two_approved_it_there_is_none(asked: World) -> None:
    publishes(asked, GUERET, b"%PDF-", approved=False)

    assert handed(asked) is None


def test_a_withdrawn_card_is_handed_no_more(asked: World) -> None:
    card_id = publishes(asked, GUERET, b"%PDF-")
    with asked.db.transaction() as session:
        session.execute(
            update(Card).where(Card.id == card_id).values(withdrawn_at=asked.now + timedelta(1))
        )

    assert handed(asked) is None
    with asked.db.reading() as session:
        assert card_file(session, card_id) is None


def test_nobody_is_handed_the_card_of_another(asked: World) -> None:
    publishes(asked, GUERET, b"%PDF-")

    with asked.db.reading() as session:
        elsewhere = replace(asked.respondent(GUERET), territory_id=asked.territory("23008").id)
        assert card_of(session, elsewhere) is None


def test_a_colleague_who_was_lent_a_theme_is_handed_none(asked: World) -> None:
    publishes(asked, GUERET, b"%PDF-")

    with asked.db.reading() as session:
        lent = replace(asked.respondent(GUERET), may_delegate=False)
        assert card_of(session, lent) is None
