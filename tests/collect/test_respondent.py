"""Which themes a link opens, and in which wave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.campaigns.control import open_wave
from app.collect.overview import overview
from app.collect.refusals import NothingAsked
from app.collect.respondent import respondent_of
from app.links.make import Wanted, ensure_links
from app.models.campaigns import Wave, WaveQuestionnaire
from app.models.contacts import Link
from app.vocabulary.scope import Channel, Respondent
from tests.world import World

GUERET = "23096"


def holder(
    world: World, *, purpose: str = "answer", themes: tuple[str, ...] | None = None
) -> Respondent:
    """Whoever opens such a link of Guéret today."""
    wanted = Wanted(purpose, world.territory(GUERET).id, None, themes)
    with world.db.transaction() as session:
        made = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)
    with world.db.reading() as session:
        return respondent_of(session, session.get_one(Link, made[wanted]), Channel.WEB)


def test_before_any_wave_a_link_opens_nothing(world: World) -> None:
    with pytest.raises(NothingAsked):
        holder(world)


def test_an_answer_link_opens_the_three_themes(world: World) -> None:
    world.open_wave()

    assert sorted(holder(world).themes) == ["communication", "cybersecurite", "inclusion"]


def test_themes_are_told_in_their_official_order(world: World) -> None:
    world.open_wave()

    with world.db.reading() as session:
        seen = overview(session, holder(world), now=world.now)

    assert [one.theme.number for one in seen.themes] == [1, 2, 3]
    assert (seen.authority.name, seen.authority.departement) == ("Guéret", "Creuse")


def test_a_link_handed_over_in_a_past_wave_opens_nothing(world: World) -> None:
    world.open_wave()

    with pytest.raises(NothingAsked):
        holder(world, purpose="delegate", themes=("strategie",))


def test_the_same_link_opens_the_next_wave(world: World) -> None:
    """The second wave asks the same questionnaires here: its own are not written yet."""
    first = world.open_wave()
    with world.db.transaction() as session:
        second = session.scalars(select(Wave.id).where(Wave.number == 2)).one()
        asked = select(WaveQuestionnaire.questionnaire_id).where(
            WaveQuestionnaire.wave_id == first, WaveQuestionnaire.theme == "inclusion"
        )
        session.execute(
            update(WaveQuestionnaire)
            .where(WaveQuestionnaire.wave_id == second)
            .values(questionnaire_id=asked.scalar_subquery())
        )
    world.days_pass(92)
    open_wave(world.db, second, now=world.now + timedelta(hours=1))

    assert len(holder(world).themes) == 3
    assert "inclusion" not in holder(world).themes
