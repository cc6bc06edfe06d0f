"""`barometre templates check`, as an operator types it after an update."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from app.cli.main import barometre
from app.messages.wordings import current_templates, packaged
from app.models.messages import MessageTemplate
from tests.world import World


def typed(world: World, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("DATABASE_URL", world.app_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", world.owner_url)
    monkeypatch.setenv("DATABASE_PUBLISHED_URL", world.ground.published_url)
    return CliRunner().invoke(barometre, ["templates", "check"])


def test_what_the_software_brings_passes_and_nothing_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.counts()
    said = typed(world, monkeypatch)

    assert said.exit_code == 0, said.output
    assert all(f"{one.name}, version 1, du logiciel" in said.output for one in packaged())
    assert "à corriger" not in said.output
    assert world.counts() == before


def test_a_text_that_an_update_made_faulty_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.db.transaction() as session:
        current_templates(session, now=world.now)
        session.add(
            MessageTemplate(
                name="card",
                version=2,
                subject="Votre fiche, {{ ville }}",
                body_text="…",
                body_html="…",
                digest="written by hand",
                created_at=world.now,
            )
        )
    said = typed(world, monkeypatch)

    assert said.exit_code == 1
    assert "à corriger\u00a0: Objet, «\u00a0ville\u00a0» n’existe pas." in said.output
