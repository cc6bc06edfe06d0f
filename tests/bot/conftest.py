"""A telephone by hand, and Telegram: one emulator a worker, one bot a test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.bot.phone import GUERET, Phone, tied
from tests.telegram import Emulator, Telegram, running_emulator
from tests.world import World


@pytest.fixture
def phone(world: World) -> Phone:
    """The secretary of Guéret's, who was asked for a theme."""
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    return tied(world, Phone(world))


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running_emulator(tmp_path_factory.mktemp("telegram")) as running:
        yield running


@pytest.fixture
def telegram(emulator: Emulator, world: World) -> Telegram:
    """Guéret's wave is open, and the process that listens believes it is the world's day."""
    world.contact("23096", "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()
    world.days_pass(1)
    offset = world.now - datetime.now(UTC)
    return Telegram(emulator, world, {"CLOCK_OFFSET": str(int(offset.total_seconds()))})
