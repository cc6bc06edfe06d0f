"""A code needs its kind: 01 is the Ain and Guadeloupe."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models.territories import Territory
from app.panel.find import KindNeeded, UnknownTerritory, search, territory
from tests.world import World


def test_an_unknown_code_is_refused(world: World) -> None:
    with (
        world.db.reading() as session,
        pytest.raises(UnknownTerritory, match="«\u00a099999\u00a0»"),
    ):
        territory(session, None, "99999")


def test_01_without_its_kind_is_refused_and_names_both(world: World) -> None:
    with world.db.reading() as session, pytest.raises(KindNeeded) as refused:
        territory(session, None, "01")

    assert "Ain (département) et Guadeloupe (région)" in str(refused.value)
    assert "departement ou region" in str(refused.value)


def test_01_with_its_kind_is_one_authority(world: World) -> None:
    with world.db.reading() as session:
        assert territory(session, "departement", "01").name == "Ain"
        assert territory(session, "region", "01").name == "Guadeloupe"


def test_a_commune_is_found_by_its_siren_or_its_code(world: World) -> None:
    with world.db.reading() as session:
        by_code = territory(session, None, " 2a004 ")
        by_siren = territory(session, "commune", by_code.siren or "")
    assert by_code.name == "Ajaccio"
    assert by_siren.id == by_code.id


def test_names_are_found_without_accents_or_article(world: World) -> None:
    with world.db.reading() as session:
        assert [t.name for t in search(session, "EVAUX les")] == ["Évaux-les-Bains"]
        for typed in ("bourg d'hem", "Bourg-d’Hem"):
            assert [t.name for t in search(session, typed)] == ["Le Bourg-d’Hem"]


def test_names_that_begin_so_come_first(world: World) -> None:
    with world.db.reading() as session:
        found = [t.name for t in search(session, "gueret")]
    assert found[0] == "Guéret"
    assert {"CA du Grand Guéret", "Saint-Sulpice-le-Guérétois"} <= set(found)


def test_a_percent_sign_is_only_a_character(world: World) -> None:
    with world.db.reading() as session:
        assert search(session, "%") == []
        assert search(session, "   ") == []


def test_a_search_stays_within_what_the_person_may_see(world: World) -> None:
    creuse = select(Territory.id).where(Territory.departement_code == "23")
    with world.db.reading() as session:
        names = {t.name for t in search(session, "saint", within=creuse)}
    assert names == {"Saint-Sulpice-le-Guérétois"}
