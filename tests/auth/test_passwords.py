"""Passwords are hashed, compared in constant style, and renewed when parameters change."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from app.auth.passwords import WeakPassword, hashed, is_outdated, matches


def test_the_right_password_opens_and_another_does_not() -> None:
    kept = hashed("quatre mots sans lien")
    assert matches(kept, "quatre mots sans lien")
    assert not matches(kept, "quatre mots sans liens")
    assert "quatre" not in kept


def test_a_damaged_hash_opens_to_nobody() -> None:
    assert not matches("not a hash", "quatre mots sans lien")


@pytest.mark.parametrize("weak", ["court", "onze lettre", "aaaaaaaaaaaaaaaa", "Motdepasse2026!"])
def test_a_weak_password_is_refused_with_a_way_on(weak: str) -> None:
    with pytest.raises(WeakPassword, match="au moins 12 caractères"):
        hashed(weak)


def test_a_hash_of_older_parameters_is_recognised() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=1024).hash("quatre mots sans lien")
    assert is_outdated(weaker)
    assert not is_outdated(hashed("quatre mots sans lien"))
