"""Cells, the campaign's line, the hatch, the signs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charts.cells import cells, cells_label
from app.charts.days import campaign_line
from app.charts.drawings import DRAWINGS
from app.charts.masked import masked_swatch
from app.charts.signs import SIGNS, logo, sign
from tests.charts.drawing import all_of, positions, read


def test_nine_questions_of_fourteen_fill_nine_boxes() -> None:
    boxes = all_of(cells(9, 14), "rect")

    assert [box.attrib["fill"] for box in boxes] == ["#0f5c63"] * 9 + ["#fffefb"] * 5
    assert read(cells(9, 14)).attrib["aria-label"] == "Rempli\u00a0: 9 questions sur 14"


@pytest.mark.parametrize(
    ("answered", "asked", "said"),
    [
        (0, 14, "Rempli\u00a0: 0 question sur 14"),
        (1, 14, "Rempli\u00a0: 1 question sur 14"),
        (2, 2, "Rempli\u00a0: 2 questions sur 2"),
        (0, 0, "aucune question"),
    ],
)
def test_cells_are_said_in_french(answered: int, asked: int, said: str) -> None:
    assert cells_label(answered, asked) == said


@given(answered=st.integers(-5, 60), asked=st.integers(-5, 60))
def test_there_is_one_box_a_question_and_never_more_filled(answered: int, asked: int) -> None:
    boxes = all_of(cells(answered, asked, fill="#000091"), "rect")

    assert len(boxes) == max(asked, 0)
    assert len([b for b in boxes if b.attrib["fill"] == "#000091"]) == min(
        max(answered, 0), len(boxes)
    )


@given(elapsed=st.floats(-10, 10))
def test_today_stays_between_both_ends_of_the_campaign(elapsed: float) -> None:
    assert all(0 <= at <= 100 for at in positions(campaign_line(elapsed, "Du 3 au 18.")))


def test_the_campaign_says_its_dates() -> None:
    drawing = read(campaign_line(0.478, "Du 3 novembre au 18 décembre."))

    assert drawing.attrib["aria-label"] == "Du 3 novembre au 18 décembre."
    assert drawing.attrib["role"] == "img"


def test_words_given_to_a_drawing_are_escaped() -> None:
    assert read(campaign_line(0.5, '"><script>')).attrib["aria-label"] == '"><script>'


@given(width=st.integers(4, 300), height=st.integers(4, 60))
def test_the_hatch_stays_in_its_box_at_45_degrees(width: int, height: int) -> None:
    d = all_of(masked_swatch(width, height), "path")[0].attrib["d"] if width + height > 7 else ""
    for line in re.findall(r"M(\S+) (\S+)L(\S+) ([\d.]+)", d):
        x1, y1, x2, y2 = map(float, line)
        assert 0 <= x2 <= x1 <= width
        assert 0 <= y1 <= y2 <= height
        assert x1 - x2 == pytest.approx(y2 - y1)


@pytest.mark.parametrize("name", sorted(SIGNS))
def test_a_sign_takes_the_colour_of_its_text_or_the_one_given(name: str) -> None:
    assert "currentColor" in sign(name)
    assert "currentColor" not in sign(name, colour="#21241f")
    assert read(sign(name)).attrib["aria-hidden"] == "true"


def test_no_two_signs_look_the_same() -> None:
    assert len({sign(name) for name in SIGNS}) == len(SIGNS)


def test_an_unknown_sign_is_a_bug() -> None:
    with pytest.raises(KeyError):
        sign("unknown")


def test_the_logo_is_decoration() -> None:
    assert read(logo()).attrib["aria-hidden"] == "true"


def test_templates_find_every_drawing_by_its_own_name() -> None:
    assert [name for name, draw in DRAWINGS.items() if draw.__name__ != name] == []
