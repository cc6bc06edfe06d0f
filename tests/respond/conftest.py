"""A browser without scripts, in front of the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.main import create_app
from app.now import set_offset
from tests.respond.browser import Browser
from tests.world import START, World

GUERET = "23096"


@pytest.fixture
def clock() -> Iterator[None]:
    """The site's clock is at the world's start: views call `now()` themselves."""
    set_offset(START - datetime.now(UTC))
    yield
    set_offset(START - START)


@pytest.fixture
def site(world: World, clock: None) -> Flask:
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()
    return create_app(world.house)


@pytest.fixture
def secretary(world: World, site: Flask) -> Browser:
    """The secretary of Guéret, with the link of her mail."""
    return Browser(site, world.answer_link(GUERET))
