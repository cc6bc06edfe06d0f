"""What the bot says, as a town-hall secretary reads it: one voice, French typography."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from bot import (
    phrases,
    phrases_again,
    phrases_help,
    phrases_team,
    phrases_themes,
    phrases_waves,
)
from tests.bot.replay import misprinted

MODULES = (phrases, phrases_again, phrases_help, phrases_team, phrases_themes, phrases_waves)


def sentences(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in sentences(one))
    elif isinstance(value, tuple):
        yield from (text for one in value for text in sentences(one))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_ready_sentence_is_well_printed(module: ModuleType) -> None:
    said = [
        sentence
        for name, value in vars(module).items()
        if name.strip("_").isupper() and not name.startswith("_EXAMPLES")
        for sentence in sentences(value)
    ]

    assert [one for one in said if misprinted(one.replace(" :", "\u00a0:"))] == []


def test_a_misprint_is_seen() -> None:
    for wrong in ("Oui ?", "Je ne peux pas.", "l'aide", "« aide »", "Attendez..."):
        assert misprinted(wrong) != []
    assert misprinted("Ou\u00a0: «\u00a0je ne sais pas ?\u00a0», https://exemple.fr/?a") == []
