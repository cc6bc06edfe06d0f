"""From a chat to the form: the link serves once, for a quarter of an hour, and only the newest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from app.db import Database
from app.links.handoff import WEB_LIVES, HandoffOver, hand_off, promised, web_url
from app.links.make import Wanted, ensure_links, revoke
from app.links.signed import Signer
from app.models.contacts import Link
from tests.links.chats import GUERET, link_of
from tests.world import World


def handed(world: World, link_id: UUID) -> str:
    """The token of the address that the chat says."""
    with world.db.transaction() as session:
        url = web_url(session, world.letterhead, session.get_one(Link, link_id), now=world.now)
    start, _, token = url.rpartition("/")
    assert start == "http://127.0.0.1:8000/continuer"
    return token


def goes_on(world: World, token: str) -> str:
    return hand_off(world.db, world.signer, token, now=world.now)


def test_the_button_opens_the_form_and_once(world: World) -> None:
    link_id = link_of(world)
    answer = world.answer_link(GUERET)
    token = handed(world, link_id)

    assert token != answer
    assert goes_on(world, token) == answer
    with pytest.raises(HandoffOver):
        goes_on(world, token)


def test_looking_uses_nothing_up(world: World) -> None:
    token = handed(world, link_of(world))
    before = world.counts()

    for _ in range(3):
        with world.db.reading() as session:
            link = promised(session, world.signer, token, now=world.now)
            assert link.territory.name == "Guéret"
    assert world.counts() == before
    assert goes_on(world, token)


def forged(world: World, link_id: UUID) -> str:
    return Signer({1: "la clé d’un voleur"}).token(link_id, "web", 1)


def answer_itself(world: World, link_id: UUID) -> str:
    return world.signer.token(link_id, "answer", world.signer.key_id)


def unknown(world: World, link_id: UUID) -> str:
    assert link_id
    return world.signer.token(uuid4(), "web", world.signer.key_id)


def used(world: World, link_id: UUID) -> str:
    token = handed(world, link_id)
    goes_on(world, token)
    return token


def expired(world: World, link_id: UUID) -> str:
    token = handed(world, link_id)
    world.now += WEB_LIVES
    return token


def former(world: World, link_id: UUID) -> str:
    token = handed(world, link_id)
    handed(world, link_id)
    return token


def revoked(world: World, link_id: UUID) -> str:
    token = handed(world, link_id)
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)
    return token


def replaced(world: World, link_id: UUID) -> str:
    """Its own link alone was taken back, as when somebody takes over."""
    token = handed(world, link_id)
    with world.db.transaction() as session:
        session.execute(
            update(Link)
            .where(Link.id == link_id)
            .values(revoked_at=world.now, revoked_because="replaced")
        )
    return token


def somebody_else_s(world: World, link_id: UUID) -> str:
    """What a withdrawn colleague had made hangs on the link of who withdrew them."""
    token = handed(world, link_id)
    wanted = Wanted("answer", world.territory(GUERET).id, world.contact(GUERET, "b@b.invalid"))
    with world.db.transaction() as session:
        theirs = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)[wanted]
        session.execute(
            update(Link).where(Link.delegated_by == link_id).values(delegated_by=theirs)
        )
    return token


@pytest.mark.parametrize(
    "dead",
    [forged, answer_itself, unknown, used, expired, former, revoked, replaced, somebody_else_s],
)
def test_what_opens_nothing_is_told_alike(world: World, dead: Callable[[World, UUID], str]) -> None:
    token = dead(world, link_of(world))

    with pytest.raises(HandoffOver) as when_pressed:
        goes_on(world, token)
    with world.db.reading() as session, pytest.raises(HandoffOver) as when_looked_at:
        promised(session, world.signer, token, now=world.now)
    assert str(when_pressed.value) == str(when_looked_at.value) == HandoffOver.sentence


def test_it_serves_until_its_last_second(world: World) -> None:
    token = handed(world, link_of(world))
    world.now += WEB_LIVES - timedelta(seconds=1)

    assert goes_on(world, token)


def test_a_colleague_s_chat_leads_to_the_colleague_s_theme(world: World) -> None:
    own = link_of(world)
    wanted = Wanted(
        *("delegate", world.territory(GUERET).id, world.contact(GUERET, "julie@g.invalid")),
        *(("inclusion",), own),
    )
    with world.db.transaction() as session:
        theirs = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)[wanted]

    opened = goes_on(world, handed(world, theirs))

    assert world.signer.read(opened, "delegate") == theirs


def test_pressed_twice_at_once_it_opens_once(world: World) -> None:
    token = handed(world, link_of(world))
    together = threading.Barrier(4)
    opened: list[str] = []

    def presses() -> None:
        db = Database(world.app_url, pool_size=1)
        together.wait()
        try:
            opened.append(hand_off(db, world.signer, token, now=world.now))
        except HandoffOver:
            opened.append("")
        finally:
            db.close()

    threads = [threading.Thread(target=presses) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(bool, opened)) == [False, False, False, True]


def test_two_chats_of_one_link_asking_at_once_break_nothing(world: World) -> None:
    link_id = link_of(world)
    made: list[str] = []

    def asks(db: Database) -> None:
        for _ in range(10):
            with db.transaction() as session:
                link = session.get_one(Link, link_id)
                made.append(web_url(session, world.letterhead, link, now=world.now))

    other = Database(world.app_url, pool_size=1)
    threads = [threading.Thread(target=asks, args=(db,)) for db in (world.db, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    assert len(set(made)) == 20
    live = [one for one in world.links(GUERET) if one.purpose == "web" and not one.revoked_at]
    assert len(live) == 1
