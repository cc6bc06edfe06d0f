"""Passwords of the staff: hashed by Argon2id, hashed again when its parameters change."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Refused

SHORTEST = 12
# So that nobody chooses what an attacker tries first; the length does the rest.
_COMMON = frozenset({"motdepasse", "password", "barometre", "azerty", "qwerty", "collectivite"})
_hasher = PasswordHasher()
# What an unknown account is compared with, so that it takes as long as a known one.
NOBODYS_HASH = _hasher.hash("personne ne choisit ce mot de passe")


class WeakPassword(Refused):
    """Too short, or made of one word that everybody tries."""

    sentence = (
        "Choisissez un mot de passe d’au moins {shortest} caractères, par exemple quatre mots "
        "sans lien entre eux."
    )


def hashed(password: str) -> str:
    """The hash to keep; refuses a weak password."""
    plain = password.strip().lower().rstrip("0123456789!?.-_ ")
    if len(password) < SHORTEST or len(set(password)) < 5 or plain in _COMMON:
        raise WeakPassword(shortest=SHORTEST)
    return _hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether this password gave that hash; always as slow as the hash wants."""
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)
