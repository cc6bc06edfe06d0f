"""Complete, partial or broken off: the thresholds hold to the very question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vocabulary.dispositions import USUAL, Completeness, D


@pytest.mark.parametrize(
    ("answered", "submitted", "ended"),
    [
        (0, D.PARTIAL, D.BROKEN_OFF),
        (49, D.PARTIAL, D.BROKEN_OFF),
        (50, D.PARTIAL, D.PARTIAL),
        (79, D.PARTIAL, D.PARTIAL),
        (80, D.COMPLETE, D.PARTIAL),
        (100, D.COMPLETE, D.PARTIAL),
    ],
)
def test_of_a_hundred_questions(answered: int, submitted: D, ended: D) -> None:
    assert USUAL.of_submission(answered / 100) is submitted
    assert USUAL.at_wave_end(answered / 100) is ended


def test_twelve_of_fifteen_is_eighty_per_cent() -> None:
    assert USUAL.of_submission(12 / 15) is D.COMPLETE
    assert USUAL.of_submission(11 / 15) is D.PARTIAL


@given(st.integers(1, 300), st.data(), st.integers(1, 99))
def test_no_rounding_ever_decides(asked: int, data: st.DataObject, percent: int) -> None:
    answered = data.draw(st.integers(0, asked))
    rule = Completeness(complete_from=percent / 100, partial_from=percent / 100)
    enough = answered * 100 >= percent * asked  # in whole numbers
    assert (rule.of_submission(answered / asked) is D.COMPLETE) is enough
    assert (rule.at_wave_end(answered / asked) is D.PARTIAL) is enough
