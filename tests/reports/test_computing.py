"""From what people handed in to published figures, masks included."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.cases.waves import UnknownWave
from app.models.results import CaseScore
from app.results.read import latest, theme_table
from reports.computing import NothingToPublish, compute
from tests.reports.conftest import CREUSE, HAUTE_VIENNE, HandIn, Publish
from tests.world import World


def table(
    world: World, publication_id: int, level: str
) -> dict[str, tuple[int | None, str | None]]:
    with world.published.reading() as session:
        figures = theme_table(session, publication_id, "inclusion", "commune", level)
    return {one.code: (one.n, one.masked_because) for one in figures}


def test_every_departement_that_was_asked_is_there_and_small_ones_are_masked(
    world: World, hand_in: HandIn, publish: Publish
) -> None:
    hand_in(CREUSE)

    publication_id = publish()

    departements = table(world, publication_id, "departement")
    assert departements["23"] == (9, None)
    assert departements["87"] == (None, "few")
    assert set(departements) >= {"01", "19", "23", "69", "75", "87", "971"}
    assert table(world, publication_id, "france") == {"FR": (9, None)}


def test_two_answers_next_door_cannot_be_worked_out(
    world: World, hand_in: HandIn, publish: Publish
) -> None:
    """Nine in the Creuse and two in the Haute-Vienne: eleven in all would tell the two."""
    hand_in(CREUSE)
    hand_in(HAUTE_VIENNE, lost=9)

    publication_id = publish()

    departements = table(world, publication_id, "departement")
    assert departements["87"] == (None, "few")
    assert departements["23"] == (None, "secondary")
    assert table(world, publication_id, "france") == {"FR": (11, None)}


def test_the_score_of_an_authority_is_kept_with_the_publication(
    world: World, hand_in: HandIn, publish: Publish
) -> None:
    hand_in(CREUSE[:5])
    hand_in(CREUSE[5:6], lost=0)

    publication_id = publish()

    with world.db.reading() as session:
        scores = {
            row.case_id: row.score
            for row in session.scalars(
                select(CaseScore).where(CaseScore.publication_id == publication_id)
            )
        }
    assert scores[world.case(CREUSE[5], "inclusion").id] == 100
    assert len(scores) == 6
    assert all(0 < score <= 100 for score in scores.values())


def test_what_a_simulated_campaign_says_is_marked_for_ever(
    world: World, hand_in: HandIn, publish: Publish
) -> None:
    hand_in(CREUSE[:5])

    publish()

    with world.published.reading() as session:
        shown = latest(session)
    assert shown is not None
    assert shown.simulated


def test_a_draft_of_an_answer_counts_nowhere(world: World, hand_in: HandIn) -> None:
    with pytest.raises(NothingToPublish, match="Attendez les premières réponses"):
        compute(world.db, world.wave_id, title="Trop tôt", now=world.now)


def test_an_unknown_wave_is_told(world: World) -> None:
    with pytest.raises(UnknownWave):
        compute(world.db, 404, title="Nulle part", now=world.now)
