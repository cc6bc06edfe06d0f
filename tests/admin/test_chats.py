"""The conversations tied to an authority, as its staff sees them and takes them back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.links.chats import tied_links
from app.links.preferring import prefer
from app.models.chats import ChatTie
from app.models.organisations import AuditEntry
from tests.admin.cast import Cast, Person
from tests.admin.scene import CHAT, GUERET, MAILBOX, Scene
from tests.world import World

PAGE = "/console/collectivites/details/"
UNTIE = "/console/collectivites/dissocier"


def is_tied(world: World, scene: Scene) -> bool:
    with world.db.reading() as session:
        return bool(tied_links(session, scene.chat_id))


def unties(person: Person, scene: Scene, **other: object) -> int:
    form = {"territory_id": scene.territory_id, "chat_id": scene.chat_id, **other}
    return person.posts(UNTIE, **form).status_code


def test_bruno_sees_the_conversation_and_not_whose_it_is(cast: Cast, scene: Scene) -> None:
    page = cast.bruno.reads(PAGE, id=scene.territory_id)

    assert all(said in page for said in ("Conversations associées", "Telegram", "Dissocier"))
    assert CHAT not in page


def test_bruno_unties_it_and_it_is_written_down(world: World, cast: Cast, scene: Scene) -> None:
    assert unties(cast.bruno, scene) == 302

    assert not is_tied(world, scene)
    page = cast.bruno.reads(PAGE, id=scene.territory_id)
    assert "La conversation est dissociée." in page
    assert "Conversations associées" not in page
    assert cast.bruno.scope is not None
    with world.db.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "chat_untied")).one()
        assert session.scalars(select(ChatTie.untied_because)).all() == ["console"]
    assert entry.actor_id == str(cast.bruno.scope.user_id)
    assert unties(cast.bruno, scene) == 302
    assert "Cette conversation l’était déjà." in cast.bruno.reads(PAGE, id=scene.territory_id)


@pytest.mark.parametrize("who", ["denis", "chloe", "reader", "nobody"])
def test_nobody_else_unties_it(world: World, cast: Cast, scene: Scene, who: str) -> None:
    status = unties(getattr(cast, who), scene)

    assert status == {"denis": 404, "chloe": 404, "reader": 403, "nobody": 403}[who]
    assert is_tied(world, scene)


@pytest.mark.parametrize("who", ["denis", "chloe"])
def test_naming_an_authority_of_one_s_own_unties_nothing_elsewhere(
    world: World, cast: Cast, scene: Scene, who: str
) -> None:
    own = world.territory({"denis": "23176", "chloe": "87085"}[who]).id

    assert unties(getattr(cast, who), scene, territory_id=own) == 302
    assert is_tied(world, scene)


def test_a_reader_sees_no_button(cast: Cast, scene: Scene) -> None:
    page = cast.reader.reads(PAGE, id=scene.territory_id)

    assert "Conversations associées" in page
    assert "Dissocier" not in page


@pytest.mark.parametrize("chat_id", ["", "0", "99999", "abc", "9" * 30])
def test_a_conversation_that_is_not_there_breaks_nothing(
    cast: Cast, scene: Scene, chat_id: str
) -> None:
    assert unties(cast.bruno, scene, chat_id=chat_id) in (302, 404)


def test_a_chat_that_is_written_to_is_no_mailbox(world: World, cast: Cast, scene: Scene) -> None:
    with world.db.transaction() as session:
        prefer(session, scene.chat_id, world.link("answer", GUERET)[0], now=world.now)

    page = cast.bruno.reads(PAGE, id=scene.territory_id)

    assert MAILBOX in page
    assert CHAT not in page
