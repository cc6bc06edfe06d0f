"""Publishing takes two people, at the terminal as in the console."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from app.auth.users import create_user
from app.cli.main import barometre
from app.collect.entries import Entry, Form
from app.collect.save import save
from app.collect.submit import submit
from app.vocabulary.scope import Author
from tests.world import World

WORDS = "quatre mots sans lien"


@pytest.fixture
def answered(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """One theme handed in, two people who may publish."""
    for name, value in {
        "DATABASE_URL": world.app_url,
        "DATABASE_OWNER_URL": world.owner_url,
        "DATABASE_PUBLISHED_URL": world.ground.published_url,
    }.items():
        monkeypatch.setenv(name, value)
    world.contact("23096", "mairie@gueret.invalid")
    world.open_wave()
    respondent = world.respondent("23096")
    entry = Entry("mediation_place", Form(("yes",)))
    save(world.db, respondent, "inclusion", [entry], source="form:1", now=world.now)
    submit(world.db, respondent, "inclusion", world.letterhead, now=world.now)
    for email in ("aicha@dinum.invalid", "elodie@declic.invalid"):
        create_user(
            world.db, email, email, "national", None, WORDS, by=Author.system(), now=world.now
        )
    return world


def publish(*words: str, said: str = "") -> Result:
    return CliRunner().invoke(barometre, ["publish", *words], input=said)


def test_two_people_make_it_public_and_a_card_is_drawn(answered: World) -> None:
    computed = publish(str(answered.wave_id), "--title", "Essai")
    approved = publish(
        *("--publication", "1", "--approve", "aicha@dinum.invalid"),
        *("--approve", "elodie@declic.invalid"),
        said=f"{WORDS}\n{WORDS}\n",
    )
    drawn = CliRunner().invoke(barometre, ["cards", "render", "1", "--processes", "1"])
    queued = CliRunner().invoke(barometre, ["cards", "send", "1"])

    assert "Publication 1 calculée, en attente d’approbation" in computed.stdout
    assert "il en faut une autre" in approved.stdout
    assert "elle est publique" in approved.stdout
    assert "1 fiche fabriquée," in drawn.stdout
    assert "1 message en file " in queued.stdout


def test_one_person_cannot_stand_for_two(answered: World) -> None:
    publish(str(answered.wave_id))

    refused = publish(
        *("--publication", "1", "--approve", "aicha@dinum.invalid"),
        *("--approve", "aicha@dinum.invalid"),
        said=f"{WORDS}\n{WORDS}\n",
    )

    assert refused.exit_code == 1
    assert "Vous avez déjà approuvé cette publication" in refused.stderr


def test_a_wave_or_a_publication_must_be_named(answered: World) -> None:
    assert publish().exit_code == 2
    assert publish("1", "--publication", "1").exit_code == 2


def test_nothing_is_published_without_an_answer(world: World, answered: World) -> None:
    refused = publish("999")

    assert refused.exit_code == 1
    assert "Cette vague n’existe pas" in refused.stderr
