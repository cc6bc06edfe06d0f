"""Somebody asks that we forget them, and an operator types it."""

from __future__ import annotations

import pytest

from tests.cli.test_commands import Typed, type_in
from tests.links.chats import CHAT, GUERET, tied
from tests.links.test_forgetting import letter_of
from tests.world import World

__all__ = ["type_in"]

MAIRIE = "mairie@gueret.invalid"


@pytest.fixture
def known(world: World) -> World:
    world.contact(GUERET, MAIRIE, name="Jeanne Perrot")
    return world


def test_a_mailbox_is_forgotten_once_confirmed(known: World, type_in: Typed) -> None:
    refused = type_in("panel", "forget", MAIRIE, said="mairie@autre.invalid\n")
    assert refused.exit_code == 1
    assert "Rien n’est effacé" in refused.stderr
    assert known.tables_that_hold("Perrot") == ["addresses"]

    done = type_in("panel", "forget", MAIRIE, said=f"{MAIRIE}\n")
    assert done.exit_code == 0
    assert "✓ Cette adresse est oubliée" in done.stdout
    assert known.tables_that_hold("Perrot") == []
    assert known.tables_that_hold(MAIRIE) == []


def test_an_unknown_mailbox_is_told(known: World, type_in: Typed) -> None:
    refused = type_in("panel", "forget", "autre@gueret.invalid", "--yes")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Nous n’avons pas cette adresse.")


def test_a_conversation_of_a_letter_is_found_then_forgotten(known: World, type_in: Typed) -> None:
    chat_id = tied(known, letter_of(known))

    told = type_in("panel", "forget", "--letters-of", GUERET).stdout
    assert (
        f"  {chat_id}\u00a0: conversation par Telegram, commencée le 15\u00a0septembre 2026, "
        "dernier message le 15\u00a0septembre 2026\n"
    ) in told
    assert CHAT not in told

    done = type_in("panel", "forget", "--letters-of", GUERET, "--chat", str(chat_id), "--yes")
    assert "✓ Cette conversation est oubliée" in done.stdout
    assert known.tables_that_hold(CHAT) == []
    assert "aucune conversation" in type_in("panel", "forget", "--letters-of", GUERET).stdout


def test_a_wrong_number_forgets_nothing(known: World, type_in: Typed) -> None:
    chat_id = tied(known, letter_of(known))

    refused = type_in("panel", "forget", "--letters-of", GUERET, "--chat", "999", "--yes")
    assert refused.exit_code == 1
    unsure = type_in("panel", "forget", "--letters-of", GUERET, "--chat", str(chat_id), said="1x\n")
    assert unsure.exit_code == 1
    assert known.tables_that_hold(CHAT) == ["chats"]


@pytest.mark.parametrize("words", [(), (MAIRIE, "--letters-of", GUERET)], ids=["none", "both"])
def test_one_thing_at_a_time(known: World, type_in: Typed, words: tuple[str, ...]) -> None:
    assert type_in("panel", "forget", *words).exit_code == 2
