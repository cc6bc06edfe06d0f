"""An authority is found by what a secretary types, not by how INSEE spells it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.panel.sort_names import sort_name


@pytest.mark.parametrize(
    ("official", "sorted_as"),
    [
        ("Évaux-les-Bains", "evaux les bains"),
        ("Le Bourg-d'Hem", "bourg d hem"),
        ("Le Bourg-d’Hem", "bourg d hem"),
        ("Les Mars", "mars"),
        ("L'Abergement-Clémenciat", "abergement clemenciat"),
        ("L'Haÿ-les-Roses", "hay les roses"),
        ("Œuilly", "oeuilly"),
        ("La", "la"),
        ("Laval", "laval"),
        ("Lesparre-Médoc", "lesparre medoc"),
        ("Y", "y"),
    ],
)
def test_a_name_sorts_without_accents_or_article(official: str, sorted_as: str) -> None:
    assert sort_name(official) == sorted_as


@given(st.text(max_size=40))
def test_any_text_gives_plain_words(typed: str) -> None:
    given_back = sort_name(typed)

    assert given_back == given_back.strip()
    assert all("a" <= letter <= "z" or letter.isdigit() or letter == " " for letter in given_back)
