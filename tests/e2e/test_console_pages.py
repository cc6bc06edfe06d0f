"""The console's pages of this work, read by axe and at 320 px, as Bruno and Aïcha see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from app.collect.lost_link import ask_new_link
from app.collect.requests import ask_paper
from app.main import create_app
from app.now import set_offset
from tests.admin.cast import PASSWORD, Person, gather
from tests.admin.scene import GUERET, Scene, set_scene
from tests.collect.answers import answers_all, says
from tests.e2e.conftest import serving
from tests.e2e.test_accessible import faults
from tests.world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def page(world: World, chromium: Browser) -> Iterator[Page]:
    """Aïcha’s browser, on a console where somebody has asked for everything."""
    set_offset(world.now - datetime.now(UTC))
    world.open_wave()
    app = create_app(world.house)
    cast = gather(world, app)
    scene = set_scene(world, cast)
    ask_paper(world.db, world.respondent(GUERET), ("inclusion",), "", now=world.now)
    with serving(app) as address:
        context = chromium.new_context(
            base_url=address, viewport={"width": 1200, "height": 900}, bypass_csp=True
        )
        opened = context.new_page()
        opened.set_default_timeout(10_000)
        enters(opened, cast.aicha)
        yield opened
        context.close()
    set_offset(timedelta(0))
