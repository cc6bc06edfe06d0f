"""What ties a chat, as it is made: drawn, shown, kept, thrown away."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.db import Database
from app.links.signed import Signer
from app.links.tie_codes import DIGITS_LIVE, DigitsExhausted, read_digits
from app.links.tying import NotTied, new_codes, tie_with
from app.models.chats import ChatCode
from app.models.contacts import Link
from app.vocabulary.scope import Channel
from tests.links.chats import (
    AJAIN,
    CHAT,
    GUERET,
    digits,
    link_of,
    refused,
    token,
    writes,
)
from tests.world import World


def test_six_digits_are_shown_as_they_are_read(world: World) -> None:
    made = digits(world, link_of(world))

    assert made.shown == f"{made.code[:3]}\u00a0{made.code[3:]}"
    assert read_digits(made.shown) == made.code
    assert made.expires_at - world.now == timedelta(minutes=15)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_six_digits_or_none(typed: str) -> None:
    read = read_digits(typed)

    assert read is None or (len(read) == 6 and read.isascii() and read.isdigit())


def test_making_a_deep_link_again_makes_the_same(world: World) -> None:
    link_id = link_of(world)

    assert token(world, link_id) == token(world, link_id)
    assert token(world, link_of(world, AJAIN)) != token(world, link_id)


def test_the_database_holds_no_digits(world: World) -> None:
    code = digits(world, link_of(world)).code

    with world.db.reading() as session:
        kept = session.scalars(select(ChatCode)).one()
    assert code not in kept.code_hash
    with pytest.raises(NotTied):
        tie_with(
            *(world.db, Signer({1: "la clé d’un voleur de la base"}), Channel.TELEGRAM, CHAT),
            *(code, "somewhere"),
            now=world.now,
        )


def test_digits_that_are_taken_give_way_to_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([123_456, 123_456, 7])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(drawn))
    first, second = link_of(world), link_of(world, AJAIN)

    assert digits(world, first).code == "123456"
    assert digits(world, second).code == "000007"
    assert writes(world, "123456").id == first
    assert writes(world, "000007").id == second


def test_digits_that_never_come_free_are_a_bug(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 5)
    digits(world, link_of(world))

    with pytest.raises(DigitsExhausted):
        digits(world, link_of(world, AJAIN))


def test_expired_digits_are_thrown_away_and_serve_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 5)
    digits(world, link_of(world))
    world.now += DIGITS_LIVE

    assert digits(world, link_of(world, AJAIN)).code == "000005"
    assert world.counts()["chat_codes"][0] == 1


def test_codes_made_before_a_new_key_still_open(world: World) -> None:
    link_id = link_of(world)
    codes = new_codes(world.db, world.signer, link_id, now=world.now)
    world.signer = Signer({**world.settings.link_keys, 2: "la clé de cette année"})

    assert writes(world, codes.digits.code).id == link_id
    assert writes(world, codes.token).id == link_id


def test_the_same_person_asking_for_two_codes_at_once_gets_them(world: World) -> None:
    link_id = link_of(world)
    other = Database(world.app_url, pool_size=1)
    made: list[str] = []

    def asks(db: Database) -> None:
        for _ in range(10):
            made.append(new_codes(db, world.signer, link_id, now=world.now).token)

    threads = [threading.Thread(target=asks, args=(db,)) for db in (world.db, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    assert len(made) == 20
    assert len(set(made)) == 1


def test_a_new_deep_link_takes_the_place_of_one_that_leads_nowhere(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    first = link_of(world)
    dead = token(world, first)
    with world.db.transaction() as session:
        session.execute(
            update(Link)
            .where(Link.id == first)
            .values(revoked_at=world.now, revoked_because="replaced")
        )
    second = link_of(world)

    assert writes(world, token(world, second)).id == second
    refused(world, dead)
