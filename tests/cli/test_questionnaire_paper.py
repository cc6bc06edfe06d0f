"""The team posts a questionnaire to an authority that asked for paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.main import barometre
from app.links.codes import link_of
from app.models.contacts import Link
from app.now import set_offset
from tests.reports.pdfs import text_of
from tests.world import World

GUERET = "23096"


@pytest.fixture
def at_home(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The command runs on the world's database, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", world.app_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", world.owner_url)
    monkeypatch.setenv("DATABASE_PUBLISHED_URL", world.ground.published_url)
    monkeypatch.setenv("RETURN_ADDRESS", "Baromètre | 75007 Paris")
    offset = int((world.now - datetime.now(UTC)).total_seconds()) + 1
    monkeypatch.setenv("CLOCK_OFFSET", str(offset))
    yield world
    set_offset(timedelta(0))


def posts(*words: str) -> Result:
    return CliRunner().invoke(barometre, ["questionnaires", "paper", *words])


def test_its_code_opens_the_authority_s_letter_link_the_same_at_each_printing(
    at_home: World, tmp_path: Path
) -> None:
    at_home.open_wave()

    first = posts("inclusion", "--territory", GUERET)
    again = posts("inclusion", "--territory", GUERET, "--output", "again.pdf")

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert "Guéret" in first.output
    said = text_of((tmp_path / f"inclusion-{GUERET}.pdf").read_bytes())
    assert "75007 Paris" in said
    assert said == text_of((tmp_path / "again.pdf").read_bytes())
    found = re.search(r"code (\w{4}-\w{4}-\w)", said)
    assert found is not None
    with at_home.db.reading() as session:
        link = session.get_one(Link, link_of(session, at_home.signer, found[1]))
        assert (link.purpose, link.contact_id) == ("answer", None)
        assert link.territory_id == at_home.territory(GUERET).id


def test_nothing_is_posted_that_is_not_asked(at_home: World, tmp_path: Path) -> None:
    assert "Aucun questionnaire n’est ouvert" in posts("inclusion", "--territory", GUERET).output
    at_home.open_wave()
    before = at_home.counts()

    refused = posts("strategie", "--territory", GUERET)

    assert refused.exit_code == 1
    assert refused.output.rstrip().endswith(".")
    assert list(tmp_path.iterdir()) == []
    assert at_home.counts() == before
