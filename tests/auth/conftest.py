"""Hashes as slow as they should be, for the tests that are about them."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from app.auth import passwords


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parameters of the real thing, not those that tests go by."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())
