"""One real Matrix server for all; a town hall, its secretary and the bot for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.tchap.town import Town
from tests.synapse import Synapse, running_synapse
from tests.world import World


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with running_synapse(tmp_path_factory.mktemp("synapse")) as running:
        yield running


@pytest.fixture
def town(world: World, synapse: Synapse, tmp_path: Path) -> Town:
    return Town(world, synapse, tmp_path)
