"""A new link is asked for before any wave has asked anything."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.collect.lost_link import ask_new_link
from app.collect.refusals import NothingToRenew
from app.collect.renewal import accept_request
from app.models.requests import Request
from app.vocabulary.scope import Author
from tests.cases.staff import scope_of_opsn
from tests.world import World

GUERET = "23096"


def test_before_any_wave_the_request_waits_for_one(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    scope = scope_of_opsn(world, GUERET)
    ask_new_link(
        world.db,
        siren_or_code="212309603",
        email="mairie@gueret.invalid",
        letterhead=world.letterhead,
        from_hash="a",
        now=world.now,
    )
    with world.db.reading() as session:
        request_id = session.scalars(select(Request.id)).one()

    def accepts() -> None:
        by = Author.user(scope.user_id)
        accept_request(
            world.db, scope, by, request_id, world.letterhead, replaces=None, now=world.now
        )

    with pytest.raises(NothingToRenew):
        accepts()
    world.open_wave()
    accepts()
    with world.db.reading() as session:
        assert session.get_one(Request, request_id).state == "done"
