"""Experiments at the terminal: the rule told, the draw confirmed, the finding read."""

from __future__ import annotations

import pytest

from app.auth.users import create_user
from app.campaigns.experiments import Rule
from app.vocabulary.experiments import Arm
from app.vocabulary.scope import Author
from tests.campaigns.test_experimenting import answers, codes, sends_reminders
from tests.cli.test_commands import Typed, type_in
from tests.messages.post import invited, open_with_contacts, rows, send
from tests.world import World

__all__ = ["type_in"]
WORDS = "quatre mots sans lien"
AICHA = "aicha@dinum.invalid"
DESIGN = ("--label", "Plus court", "--words", "last_call", "--difference", "50", "--as", AICHA)


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Twelve communes of the Creuse were invited; a rule that asks for few."""
    monkeypatch.setattr(Rule, "n_per_arm", 4)
    create_user(
        world.db, AICHA, "Aïcha", "national", None, WORDS, by=Author.system(), now=world.now
    )
    open_with_contacts(world, *((code, f"mairie{code}@mairie.invalid") for code in codes(world)))
    invited(world)
    send(world)
    return world


def test_one_is_begun_once_its_rule_was_read(asked: World, type_in: Typed) -> None:
    wave = str(asked.wave_id)
    assert "Aucun essai" in type_in("experiments", "list").stdout
    no = type_in("experiments", "begin", wave, "1", *DESIGN, said=f"{WORDS}\nnon\n")
    assert (no.exit_code, rows(asked, "SELECT FROM experiments")) == (1, [])
    assert "Rien n’est commencé" in no.stderr
    assert "Il faut 8 boîtes, 4 pour chaque manière. La vague en compte 12" in no.stdout

    yes = type_in(
        *("experiments", "begin", wave, "1", *DESIGN, "--seed", "7"), said=f"{WORDS}\noui\n"
    )

    assert (yes.exit_code, yes.stderr) == (0, "")
    assert "✓ Essai 1 commencé\u00a0: 12 boîtes tirées au sort" in yes.stdout
    assert "Plus court" in type_in("experiments", "list").stdout
    shown = type_in("experiments", "show", "1").stdout
    assert "Relance, 15 jours après l’invitation" in shown
    assert "Texte «\u00a0Dernier rappel\u00a0», graine 7" in shown
    assert "12 tirées, 8 nécessaires, 0 comptées" in shown
    assert "constat\u00a0: Trop tôt pour conclure\n" in shown


def test_what_it_finds_is_told_in_points(asked: World, type_in: Typed) -> None:
    begun = type_in(
        *("experiments", "begin", str(asked.wave_id), "1", *DESIGN, "--yes"), said=f"{WORDS}\n"
    )
    assert begun.exit_code == 0
    sends_reminders(asked)
    answers(asked, Arm.USUAL)
    asked.days_pass(8)

    assert "La manière habituelle est meilleure (−100\u00a0points, de −100 à −100)" in (
        type_in("experiments", "list").stdout
    )


def test_what_cannot_be_begun_says_why(asked: World, type_in: Typed) -> None:
    wave = str(asked.wave_id)
    third = type_in("experiments", "begin", wave, "3", *DESIGN, said=f"{WORDS}\n")
    stranger = type_in("experiments", "begin", wave, "1", *DESIGN, said="un autre\n")
    both = type_in("experiments", "begin", wave, "1", *DESIGN, "--hour", "9", said=f"{WORDS}\n")
    unknown = type_in("experiments", "show", "404")

    assert "Choisissez une relance" in third.stderr
    assert "mot de passe inconnu" in stranger.stderr
    assert "Dites ce qui est essayé" in both.stderr
    assert "Cet essai n’existe pas" in unknown.stderr
    assert {run.exit_code for run in (third, stranger, both, unknown)} == {1}
