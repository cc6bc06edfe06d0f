"""Whom to call when a town shares out the work: staff see its team on its page."""

from __future__ import annotations

from tests.admin.cast import Cast
from tests.admin.scene import GUERET, Scene
from tests.admin.test_pages import text_of
from tests.collect.teams import JULIE, MAIRE, MARC, plans
from tests.world import World


def test_staff_see_who_coordinates_validates_and_answers(
    world: World, cast: Cast, scene: Scene
) -> None:
    before = text_of(cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id))
    assert "Son équipe" not in before
    plans(
        world, coordinator=JULIE, validator=MAIRE, inclusion=MARC, due={"inclusion": "2026-10-15"}
    )

    page = text_of(cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id))

    assert world.territory(GUERET).id == scene.territory_id
    assert f"Coordination : {JULIE}".replace(" :", "\u00a0:") in page.replace(" :", "\u00a0:")
    assert MAIRE in page
    assert "15/10/2026" in page
