"""Bars on screen: the bar is you, the dot the others, the interval in ink twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charts.bars import cell_bar, interval_line, key_bar, key_dot
from tests.charts.drawing import all_of, positions, read

ANY = st.floats(-1e6, 1e6)


def test_a_score_and_its_peers_stand_where_they_should() -> None:
    drawing = cell_bar(58, peers=49, low=45, high=53)

    assert all_of(drawing, "rect")[0].attrib["width"] == "58%"
    assert all_of(drawing, "circle")[0].attrib["cx"] == "49%"
    whiskers = {(e.attrib["x1"], e.attrib["x2"]) for e in all_of(drawing, "line")}
    assert ("45%", "53%") in whiskers


def test_the_scale_may_end_before_a_hundred() -> None:
    drawing = cell_bar(11.4, peers=9.6, end=40)

    assert all_of(drawing, "rect")[0].attrib["width"] == "28.5%"
    assert all_of(drawing, "circle")[0].attrib["cx"] == "24%"


def test_without_peers_the_bar_stands_alone() -> None:
    drawing = cell_bar(41)

    assert all_of(drawing, "circle") == []
    assert len(all_of(drawing, "line")) == 1


def test_the_interval_is_drawn_light_then_dark() -> None:
    colours = [e.attrib["stroke"] for e in all_of(cell_bar(50, low=40, high=60), "line")]

    assert colours == ["#21241f", *["#fffefb"] * 3, *["#21241f"] * 3]


def test_zero_leaves_the_axis() -> None:
    assert all_of(cell_bar(0), "rect")[0].attrib["width"] == "0%"


@given(value=ANY, peers=ANY, low=ANY, high=ANY, end=st.floats(0.1, 1000))
def test_no_mark_leaves_its_cell(
    value: float, peers: float, low: float, high: float, end: float
) -> None:
    for drawing in (
        cell_bar(value, peers=peers, low=low, high=high, end=end),
        interval_line(value, low, high, end=end),
    ):
        assert all(0 <= position <= 100 for position in positions(drawing))


@pytest.mark.parametrize("drawing", [cell_bar(12), interval_line(26, 24, 28), key_bar(), key_dot()])
def test_a_bar_is_silent_since_its_number_stands_beside(drawing: str) -> None:
    assert read(drawing).attrib["aria-hidden"] == "true"


def test_a_bar_stretches_while_its_dot_does_not() -> None:
    svg = read(cell_bar(12, peers=14)).attrib

    assert svg["width"] == "100%"
    assert "viewBox" not in svg
