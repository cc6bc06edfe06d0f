"""Codes of letters: what the hand gets wrong shows, and the database does not tell them."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.links.codes import (
    ALPHABET,
    BODY,
    LENGTH,
    check_character,
    code_of,
    letter_link,
    link_of,
    read_code,
    shown,
)
from app.links.make import revoke
from app.links.signed import Signer
from app.models.contacts import Link, ShortCode
from tests.world import World

AJAIN, GUERET = "23002", "23096"
BODIES = st.text(ALPHABET, min_size=BODY, max_size=BODY)


def whole(body: str) -> str:
    return body + check_character(body)


@given(BODIES, st.integers(0, BODY), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_shows(body: str, place: int, other: str) -> None:
    code = whole(body)
    altered = code[:place] + other + code[place + 1 :]

    assert (read_code(altered) is None) == (altered != code)


@given(BODIES, st.integers(0, BODY - 1))
def test_any_two_neighbours_exchanged_show(body: str, place: int) -> None:
    code = whole(body)
    exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert (read_code(exchanged) is None) == (exchanged != code)


@given(BODIES, st.data())
def test_a_code_is_read_however_it_is_typed(body: str, data: st.DataObject) -> None:
    code = whole(body)
    spelt = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(spelt.get(letter, letter + letter.lower())))
        + data.draw(st.sampled_from(["", "-", " ", "\u00a0", "–", ".", "\n"]))
        for letter in code
    )

    assert read_code(typed) == code


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_is_no_code(typed: str) -> None:
    read = read_code(typed)

    assert read is None or (len(read) == LENGTH and set(read) <= set(ALPHABET))


def test_a_code_is_shown_in_groups() -> None:
    assert shown("7KQ4M2XPB") == "7KQ4-M2XP-B"
    assert read_code("7kq4 m2xp b") == "7KQ4M2XPB"


def code(world: World, link_id: UUID, signer: Signer | None = None) -> str:
    with world.db.transaction() as session:
        return code_of(session, signer or world.signer, link_id, now=world.now)


def opened(world: World, typed: str, signer: Signer | None = None) -> UUID | None:
    with world.db.reading() as session:
        return link_of(session, signer or world.signer, typed)


def letter(world: World, commune: str = GUERET) -> UUID:
    with world.db.transaction() as session:
        return letter_link(session, world.signer, world.territory(commune).id, now=world.now)


def test_a_letter_s_code_leads_to_its_link_and_stays_the_same(world: World) -> None:
    link_id = letter(world)
    printed = code(world, link_id)

    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", printed)
    assert code(world, link_id) == printed
    assert letter(world) == link_id
    assert opened(world, printed.lower()) == link_id
    assert code(world, letter(world, AJAIN)) != printed


def test_a_letter_belongs_to_no_mailbox(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    link_id = letter(world)

    with world.db.reading() as session:
        link = session.get_one(Link, link_id)
        assert (link.purpose, link.contact_id) == ("answer", None)


def test_the_database_holds_no_code(world: World) -> None:
    printed = code(world, letter(world)).replace("-", "")

    with world.db.reading() as session:
        kept = str(session.execute(text("SELECT short_codes::text FROM short_codes")).all())
    assert printed not in kept
    assert printed[:BODY] not in kept
    assert opened(world, printed, Signer({1: "la clé d’un voleur de la base"})) is None


def test_unknown_misspelt_and_revoked_codes_open_nothing(world: World) -> None:
    link_id = letter(world)
    printed = code(world, link_id)
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)

    for typed in (printed, "7KQ4-M2XP-B", "", "pas un code", "\0", "é" * 9):
        assert opened(world, typed) is None


def test_a_code_that_is_taken_gives_way_to_the_next(world: World) -> None:
    """The collision is made by hand: one in a billion would come by itself."""
    first, second = letter(world, AJAIN), letter(world)
    wanted = code(world, second)
    with world.db.transaction() as session:
        taken = session.scalars(select(ShortCode).where(ShortCode.link_id == second)).one()
        taken.link_id = first  # another link has it now

    given_next = code(world, second)

    assert given_next != wanted
    assert opened(world, given_next) == second
    assert opened(world, wanted) == first


def test_letters_printed_before_a_new_key_still_open(world: World) -> None:
    old_key, new_key = "la clé de l’an dernier", "la clé de cette année"
    before, during = Signer({1: old_key}), Signer({1: old_key, 2: new_key})
    link_id = letter(world)
    printed = code(world, link_id, before)

    assert opened(world, printed, during) == link_id
    assert code(world, link_id, during) == printed


def test_a_key_withdrawn_voids_its_codes_and_the_link_gets_another(world: World) -> None:
    old, new = Signer({1: "une clé volée"}), Signer({2: "la clé qui la remplace"})
    territory = world.territory(GUERET).id
    with world.db.transaction() as session:
        link_id = letter_link(session, new, territory, now=world.now)
    printed = code(world, link_id, old)

    another = code(world, link_id, new)

    assert another != printed
    assert opened(world, another, new) == link_id
    assert opened(world, printed, new) is None


def test_a_code_of_a_link_that_is_none_is_a_bug(world: World) -> None:
    with pytest.raises(Exception, match="foreign key"):
        code(world, uuid4())
