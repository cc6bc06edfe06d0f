"""Bars of the card: units of a viewBox on millimetres of paper, and a title read aloud."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charts.card_bars import (
    LEVELS,
    bar_title,
    card_axis,
    card_bar,
    card_key_bar,
    card_key_peers,
    level_of,
)
from tests.charts.drawing import all_of, read

ANY = st.floats(-1e6, 1e6)


def test_the_card_says_all_its_numbers() -> None:
    drawing = card_bar("Bonnat", 58, peers=49, low=45, high=53)

    assert all_of(drawing, "title")[0].text == "Bonnat 58 sur 100, pairs 49, intervalle 45 à 53"
    assert [e.attrib["width"] for e in all_of(drawing, "rect")] == ["400", "232"]
    assert all_of(drawing, "circle")[0].attrib["cx"] == "196"
    assert read(drawing).attrib["width"] == "78mm"


def test_fewer_than_five_peers_leave_the_bar_alone() -> None:
    drawing = card_bar("Bonnat", 41)

    assert all_of(drawing, "circle") == []
    assert all_of(drawing, "path") == []
    assert bar_title("Bonnat", 41, None, None, None) == "Bonnat 41 sur 100"


def test_a_name_is_text_never_markup() -> None:
    title = all_of(card_bar("L’Île <d’Yeu> & Cie", 3), "title")[0]

    assert title.text == "L’Île <d’Yeu> & Cie 3 sur 100"


@given(score=ANY, peers=ANY, low=ANY, high=ANY)
def test_nothing_leaves_the_track(score: float, peers: float, low: float, high: float) -> None:
    drawing = card_bar("Bonnat", score, peers=peers, low=low, high=high)

    assert all(0 <= float(e.attrib["width"]) <= 400 for e in all_of(drawing, "rect"))
    assert 0 <= float(all_of(drawing, "circle")[0].attrib["cx"]) <= 400
    for path in all_of(drawing, "path"):
        across = [float(x) for x in re.findall(r"[MH]([\d.e+-]+)", path.attrib["d"])]
        assert all(0 <= x <= 400 for x in across)


def test_the_axis_names_the_four_levels() -> None:
    said = [e.text for e in all_of(card_axis(), "text")]

    assert said == ["0", "25", "50", "75", "100", *LEVELS]


@pytest.mark.parametrize(
    ("score", "level"),
    [(0, "à engager"), (24.9, "à engager"), (25, "engagé"), (50, "structuré"), (100, "abouti")],
)
def test_a_score_falls_in_one_level(score: float, level: str) -> None:
    assert level_of(score) == level


@pytest.mark.parametrize(
    "drawing", [card_bar("A", 1), card_axis(), card_key_bar(), card_key_peers()]
)
def test_paper_gets_no_class_no_style_and_no_current_colour(drawing: str) -> None:
    """WeasyPrint draws them black."""
    assert "currentColor" not in drawing
    assert {"class", "style"} & {name for e in read(drawing).iter() for name in e.attrib} == set()
