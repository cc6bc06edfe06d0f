"""Kinds of territory: sizes and peers."""

from __future__ import annotations

from app.vocabulary.territory_kinds import peer_code


def test_peers_share_a_region_and_a_size() -> None:
    assert peer_code("75", "10000-24999") == "75|10000-24999"
    assert peer_code("", "all") == ""
