"""Response rates, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.rates import SHOWN, added, rates
from app.vocabulary.dispositions import DISPOSITIONS, D, Outcome


def test_rr1_counts_complete_answers_over_everybody_asked() -> None:
    """20 / [(20+5) + (7+2+1) + (60+5)] = 20 / 100."""
    found = rates(
        {
            D.COMPLETE: 20,
            D.PARTIAL: 5,
            D.REFUSED_BY_AUTHORITY: 4,
            D.BROKEN_OFF: 3,
            D.UNAVAILABLE: 2,
            D.UNCONFIRMED: 1,
            D.INVITED: 40,
            D.NO_ADDRESS: 20,
            D.UNDELIVERED: 5,
        }
    )
    assert found.n_asked == 100
    assert found.rr1 == pytest.approx(0.20)
    assert found.rr2 == pytest.approx(0.25)
    assert [found.n(outcome) for outcome in SHOWN] == [20, 5, 7, 2, 1, 60, 5]


def test_what_is_out_of_the_frame_leaves_the_denominator() -> None:
    """3 / (3 + 9): the merged commune and the double are not to be asked."""
    found = rates({D.COMPLETE: 3, D.INVITED: 9, D.OUT_OF_FRAME: 50, D.DUPLICATE: 8})
    assert found.n_asked == 12
    assert found.rr1 == pytest.approx(0.25)


def test_the_silent_and_those_without_address_stay_in_it() -> None:
    """Who was invited changes nothing: 1 / 1,000, not 1 / 10."""
    found = rates({D.COMPLETE: 1, D.INVITED: 9, D.NOT_INVITED: 700, D.NO_ADDRESS: 290})
    assert found.rr1 == pytest.approx(0.001)


def test_a_theme_begun_and_not_handed_in_is_no_answer() -> None:
    found = rates({D.STARTED: 4, D.COMPLETE: 1})
    assert found.rr1 == pytest.approx(0.2)
    assert found.rr2 == pytest.approx(0.2)


def test_nobody_asked_gives_no_rate() -> None:
    assert rates({}).rr1 is None
    assert rates({D.DUPLICATE: 3}).rr2 is None


def test_every_disposition_has_its_place_in_the_formula() -> None:
    placed = {DISPOSITIONS[code].outcome for code in D}
    assert placed <= {*SHOWN, Outcome.NE}


@given(st.dictionaries(st.sampled_from(list(D)), st.integers(0, 50_000)))
def test_rates_are_shares_and_rr2_is_never_the_smaller(counts: dict[D, int]) -> None:
    found = rates(counts)
    if found.rr1 is None or found.rr2 is None:
        assert found.n_asked == 0
    else:
        assert 0 <= found.rr1 <= found.rr2 <= 1


def test_themes_of_one_kind_add_up_case_by_case() -> None:
    assert added([{D.COMPLETE: 1, D.INVITED: 2}, {D.COMPLETE: 3}]) == {D.COMPLETE: 4, D.INVITED: 2}
