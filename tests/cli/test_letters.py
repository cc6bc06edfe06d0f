"""Letters at the terminal: the same list, pile and post as in the console."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from app.auth.users import create_user
from app.campaigns.control import invite
from app.cli.main import barometre
from app.collect.decline import decline
from app.vocabulary.scope import Author
from tests.world import World

WORDS = "quatre mots sans lien"
AICHA = "aicha@dinum.invalid"


@pytest.fixture
def invited(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The Creuse was invited, and nobody there has a mailbox."""
    for name, value in {
        "DATABASE_URL": world.app_url,
        "DATABASE_OWNER_URL": world.owner_url,
        "DATABASE_PUBLISHED_URL": world.ground.published_url,
        "CLOCK_OFFSET": "0",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("app.cli.letters.now", lambda: world.now)
    world.open_wave()
    invite(world.db, world.wave_id, "23", world.letterhead, by=Author.system(), now=world.now)
    create_user(
        world.db, AICHA, "Aïcha", "national", None, WORDS, by=Author.system(), now=world.now
    )
    return world


def letters(*words: str) -> Result:
    return CliRunner().invoke(barometre, ["letters", *words, "--as", AICHA], input=f"{WORDS}\n")


def test_the_list_the_pile_and_the_post(invited: World, tmp_path: Path) -> None:
    wave = str(invited.wave_id)
    listed = letters("list", wave, "--departement", "23")
    printed = letters("print", wave, "--departement", "23", "--output", str(tmp_path))

    assert "Guéret, 23000 Guéret\u00a0: sans adresse électronique" in listed.stdout
    assert "sans adresse postale, à saisir dans la console" in listed.stdout
    assert "14 lettres à imprimer" in listed.stdout
    assert "Tirage 1\u00a0: 14 lettres, 1 PDF" in printed.stdout
    assert len(PdfReader(tmp_path / "courriers-1-1.pdf").pages) == 14

    decline(invited.db, invited.respondent("23096"), ("inclusion",), "decided", now=invited.now)
    refused = letters("posted", "1")
    assert "Guéret\u00a0: a refusé de répondre" in refused.stdout
    assert (refused.exit_code, "--taken-out" in refused.stderr) == (1, True)
    assert "13 courriers postés" in letters("posted", "1", "--taken-out").stdout
    assert "déjà marqué comme posté" in letters("posted", "1").stderr
