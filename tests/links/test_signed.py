"""Links: signed, not stored; a forged one dies before any query."""

from __future__ import annotations

import string
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.links.make import Wanted, ensure_links, revoke
from app.links.opened import RevokedLink, live_link
from app.links.signed import TOKEN_LENGTH, BadLink, Signer
from tests.world import World

ALPHABET = string.ascii_letters + string.digits + "-_"
SIGNER = Signer({1: "une clé d’essai", 2: "une clé plus récente"})


@given(st.uuids(), st.sampled_from(["answer", "stop", "card"]))
def test_a_token_leads_back_to_its_link(link_id: UUID, purpose: str) -> None:
    token = SIGNER.token(link_id, purpose, 1)

    assert len(token) == TOKEN_LENGTH
    assert SIGNER.read(token, purpose) == link_id


@given(st.uuids(), st.integers(0, TOKEN_LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_token_altered_by_one_character_is_refused(link_id: UUID, at: int, other: str) -> None:
    token = SIGNER.token(link_id, "answer", 2)
    altered = token[:at] + other + token[at + 1 :]

    if altered == token:
        assert SIGNER.read(altered, "answer") == link_id
    else:
        with pytest.raises(BadLink):
            SIGNER.read(altered, "answer")


@given(st.text(max_size=60))
def test_anything_typed_is_refused_kindly(typed: str) -> None:
    with pytest.raises(BadLink):
        SIGNER.read(typed, "answer")


def test_the_token_that_stops_mail_cannot_answer() -> None:
    with pytest.raises(BadLink):
        SIGNER.read(SIGNER.token(uuid4(), "stop", 1), "answer")


def test_a_retired_key_opens_nothing_any_more() -> None:
    token = SIGNER.token(uuid4(), "answer", 1)

    with pytest.raises(BadLink):
        Signer({2: "une clé plus récente"}).read(token, "answer")


def test_asking_twice_for_a_link_gives_the_same_one(world: World) -> None:
    world.contact("23096", "mairie@gueret.invalid")

    assert world.link("answer", "23096") == world.link("answer", "23096")


def test_a_link_of_no_theme_and_one_of_a_theme_are_two(world: World) -> None:
    territory = world.territory("23096").id
    both = [Wanted("answer", territory, None), Wanted("answer", territory, None, ("inclusion",))]
    with world.db.transaction() as session:
        made = ensure_links(session, both, key_id=1, now=world.now)

    assert len(set(made.values())) == 2


def test_a_revoked_link_says_so_and_takes_its_delegations_with_it(world: World) -> None:
    link_id, token = world.link("answer", "23096")
    passed_on = Wanted("delegate", world.territory("23096").id, None, ("inclusion",), link_id)
    with world.db.transaction() as session:
        delegated = ensure_links(session, [passed_on], key_id=1, now=world.now)[passed_on]
        assert revoke(session, link_id, because="test", now=world.now)
        assert not revoke(session, link_id, because="test", now=world.now)

    with world.db.reading() as session:
        for dead, purpose in (
            (token, "answer"),
            (world.signer.token(delegated, "delegate", 1), "delegate"),
        ):
            with pytest.raises(RevokedLink):
                live_link(session, world.signer, dead, purpose)


def test_a_signed_link_that_was_never_made_is_refused(world: World) -> None:
    with world.db.reading() as session, pytest.raises(BadLink):
        live_link(session, world.signer, world.signer.token(uuid4(), "answer", 1), "answer")
