"""A console on the small world, its people at the door, and time as the world has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from admin.main import build_console
from app.now import set_offset
from reports.blank.letters import printer
from reports.post.letters import printer as letters_printer
from tests.admin.cast import Cast, gather
from tests.admin.scene import Scene, set_scene
from tests.world import World


@pytest.fixture
def clock(world: World) -> Iterator[None]:
    """The console's time is the world's, as when the test began."""
    set_offset(world.now - datetime.now(UTC))
    yield
    set_offset(timedelta(0))


@pytest.fixture
def app(world: World, clock: None) -> Flask:
    """An application that holds nothing but the console."""
    made = Flask("tests.admin")
    made.testing = True
    build_console(made, world.house, printer(world.house), letters_printer(world.house))
    return made


@pytest.fixture
def cast(world: World, app: Flask) -> Cast:
    """A wave is open, and everybody is signed in, but nobody."""
    world.open_wave()
    return gather(world, app)


@pytest.fixture
def scene(world: World, cast: Cast) -> Scene:
    """Guéret was invited and called."""
    return set_scene(world, cast)
