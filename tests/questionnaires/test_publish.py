"""Questionnaires in the database: a version a text, drafts until they are issued."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.models.campaigns import QuestionnaireVersion
from app.questionnaires.load import load_all
from app.questionnaires.publish import UnknownQuestionnaire, load_into, stored
from app.vocabulary.themes import THEMES
from tests.world import World


def test_loading_the_same_text_twice_writes_nothing(world: World) -> None:
    again = load_into(world.db, load_all(), now=world.now)

    assert [version.theme for version in again] == [theme.code for theme in THEMES]
    assert not any(version.new for version in again)


def test_a_changed_text_takes_the_place_of_a_draft_that_nobody_was_asked(world: World) -> None:
    first = load_all()[0]
    [known] = load_into(world.db, [first], now=world.now)

    [changed] = load_into(world.db, [replace(first, title="Inclusion, revue")], now=world.now)

    assert (changed.new, changed.id, changed.version) == (True, known.id, known.version)
    with world.db.reading() as session:
        assert stored(session, known.id).title == "Inclusion, revue"


def test_what_a_wave_asks_stays_and_a_changed_text_is_the_version_beside_it(world: World) -> None:
    world.open_wave()
    first = load_all()[0]
    [known] = load_into(world.db, [first], now=world.now)

    [changed] = load_into(world.db, [replace(first, title="Inclusion, revue")], now=world.now)

    assert (changed.new, changed.version) == (True, known.version + 1)
    with world.db.reading() as session:
        assert stored(session, known.id).title == first.title
        assert stored(session, changed.id) == replace(
            first, title="Inclusion, revue", version=changed.version
        )


def test_what_is_loaded_stays_a_draft(world: World) -> None:
    with world.db.reading() as session:
        states = set(session.scalars(select(QuestionnaireVersion.state)))
    assert states == {"draft"}


def test_a_questionnaire_that_is_not_there_is_refused(world: World) -> None:
    with world.db.reading() as session, pytest.raises(UnknownQuestionnaire):
        stored(session, 999_999)
