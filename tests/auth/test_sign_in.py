"""Signing in, and being slowed down when guessing."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.auth.passwords import is_outdated, matches
from app.auth.sign_in import TooManyAttempts, WrongPassword, sign_in
from app.auth.throttle import FREE_BY_ACCOUNT, FREE_BY_ADDRESS, LONGEST, wait_after
from app.models.organisations import SignInAttempt, User
from app.vocabulary.scope import Scope
from tests.auth.test_users import PASSWORD, open_account
from tests.world import World

BRUNO = "bruno@console.invalid"


def tries(
    world: World, password: str = PASSWORD, email: str = BRUNO, where: str = "192.0.2.1"
) -> Scope:
    return sign_in(world.db, email, password, where, secret="a secret", now=world.now)


def fails(world: World, times: int, email: str = BRUNO, where: str = "192.0.2.1") -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            tries(world, "mauvais mot de passe", email, where)


def test_bruno_signs_in_with_his_password(world: World) -> None:
    user_id = open_account(world)
    assert tries(world, email="  Bruno@console.invalid ").user_id == user_id
    with world.db.reading() as session:
        assert session.get_one(User, user_id).last_seen_at == world.now


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(world: World) -> None:
    open_account(world)
    answers = []
    for email in (BRUNO, "inconnu@console.invalid"):
        with pytest.raises(WrongPassword) as told:
            tries(world, "mauvais mot de passe", email)
        answers.append(str(told.value))
    assert answers[0] == answers[1]


def test_an_address_that_no_database_can_hold_is_an_unknown_one(world: World) -> None:
    with pytest.raises(WrongPassword):
        tries(world, email="bruno\0@console.invalid")


def test_both_take_as_long(
    world: World, real_hashes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is hashed once, as slowly: an unknown account is not told by a quicker answer."""
    open_account(world)
    compared: list[str] = []

    def watched(kept: str, password: str) -> bool:
        compared.append(kept)
        return matches(kept, password)

    monkeypatch.setattr("app.auth.sign_in.matches", watched)
    for email in (BRUNO, "inconnu@console.invalid"):
        with pytest.raises(WrongPassword):
            tries(world, "mauvais mot de passe", email)
    known, unknown = compared
    assert known != unknown
    assert extract_parameters(known) == extract_parameters(unknown)


def test_guessing_waits_longer_and_longer(world: World) -> None:
    open_account(world)
    fails(world, FREE_BY_ACCOUNT)
    with pytest.raises(TooManyAttempts, match=r"Attendez 2\u00a0secondes"):
        tries(world)  # even the right password waits

    world.now += timedelta(seconds=2)
    fails(world, 1)
    with pytest.raises(TooManyAttempts, match=r"Attendez 4\u00a0secondes"):
        tries(world)

    world.now += timedelta(seconds=4)
    assert tries(world)


def test_the_wait_follows_the_account_from_one_address_to_another(world: World) -> None:
    open_account(world)
    for turn in range(FREE_BY_ACCOUNT):
        fails(world, 1, where=f"192.0.2.{turn}")
    with pytest.raises(TooManyAttempts):
        tries(world, where="198.51.100.7")


def test_an_account_spelt_with_what_no_database_holds_is_the_same_account(world: World) -> None:
    """Left out of what is compared, it was not left out of what is counted."""
    open_account(world)
    for turn in range(FREE_BY_ACCOUNT):
        fails(world, 1, email=f"bruno{chr(0) * turn}@console.invalid", where=f"192.0.2.{turn}")
    with pytest.raises(TooManyAttempts):
        tries(world, email="\0 bruno@console.invalid", where="198.51.100.7")


def test_the_wait_follows_the_address_from_one_account_to_another(world: World) -> None:
    open_account(world)
    for turn in range(FREE_BY_ADDRESS):
        fails(world, 1, email=f"personne{turn}@console.invalid")
    with pytest.raises(TooManyAttempts):
        tries(world)
    assert tries(world, where="198.51.100.7")


def test_whoever_holds_a_whole_network_is_counted_as_one(world: World) -> None:
    """At home, version 6 gives 256 networks of as many addresses as one likes."""
    open_account(world)
    for turn in range(FREE_BY_ADDRESS):
        where = f"2001:db8:23:{turn:x}::{turn + 1:x}"
        fails(world, 1, email=f"personne{turn}@console.invalid", where=where)
    with pytest.raises(TooManyAttempts):
        tries(world, where="2001:db8:23:ff::1")
    assert tries(world, where="2001:db8:24::1")


def test_success_forgives_and_an_hour_forgets(world: World) -> None:
    open_account(world)
    fails(world, FREE_BY_ACCOUNT - 1)
    world.now += timedelta(seconds=1)
    tries(world)
    world.now += timedelta(seconds=1)
    fails(world, FREE_BY_ACCOUNT)
    world.now += timedelta(hours=1)
    assert tries(world)


def test_attempts_keep_neither_name_nor_network_address(world: World) -> None:
    open_account(world)
    fails(world, 1)
    with world.db.reading() as session:
        attempt = session.scalars(select(SignInAttempt)).one()
    for kept, plain in ((attempt.who_hash, BRUNO), (attempt.from_hash, "192.0.2.1")):
        assert len(kept) == 64
        assert plain not in kept
        assert kept != hashlib.sha256(plain.encode()).hexdigest()  # a plain hash can be guessed


def test_two_guesses_at_once_are_not_counted_as_one(world: World) -> None:
    """However many ask together, no more pass the throttle than if they had queued."""
    open_account(world)
    answers: list[type[Exception]] = []

    def guess() -> None:
        try:
            tries(world, "mauvais mot de passe")
        except (WrongPassword, TooManyAttempts) as told:
            answers.append(type(told))

    crowd = [threading.Thread(target=guess) for _ in range(10)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(answers) == 10
    assert answers.count(WrongPassword) <= FREE_BY_ACCOUNT
    with world.db.reading() as session:
        kept = session.scalar(select(func.count()).select_from(SignInAttempt))
    assert kept == answers.count(WrongPassword)


def test_an_old_hash_is_renewed_by_its_owner(world: World) -> None:
    user_id = open_account(world)
    with world.db.transaction() as session:
        weaker = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
        session.get_one(User, user_id).password_hash = weaker
    tries(world)
    with world.db.reading() as session:
        assert not is_outdated(session.get_one(User, user_id).password_hash)


def test_a_closed_account_is_no_account(world: World) -> None:
    user_id = open_account(world)
    with world.db.transaction() as session:
        session.get_one(User, user_id).active = False
    with pytest.raises(WrongPassword):
        tries(world)


@given(st.integers(0, 10_000))
def test_the_wait_never_shrinks_and_never_exceeds_the_longest(failures: int) -> None:
    wait = wait_after(failures, FREE_BY_ACCOUNT)
    assert timedelta(0) <= wait <= wait_after(failures + 1, FREE_BY_ACCOUNT) <= LONGEST
