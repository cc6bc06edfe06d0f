"""Conversations as they were held, turn by turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.replay import FOLDER, Replay
from tests.world import World


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(world: World, path: Path) -> None:
    Replay(world).play(path)


def test_there_are_enough_conversations() -> None:
    assert len(list(FOLDER.glob("*.txt"))) >= 76
