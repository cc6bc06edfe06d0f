"""Weights, means and intervals: worked examples, and what must hold whatever the figures."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.indicators.intervals import interval, t_quantile
from reports.indicators.scores import by_level, means
from reports.indicators.weights import post_stratified

SIZES = ["small", "middle", "large"]


def series(values: list[float]) -> pd.Series[float]:
    return pd.Series(values, dtype=float)


def test_an_answer_stands_for_those_of_its_size_that_are_silent() -> None:
    weights = post_stratified(
        pd.Series({"small": 100, "large": 10}), pd.Series({"small": 5, "large": 5})
    )

    assert dict(weights) == {"small": 20.0, "large": 2.0}


def test_a_size_without_answers_is_spoken_for_by_its_neighbour() -> None:
    asked = pd.Series({"small": 100, "middle": 30, "large": 10})

    weights = post_stratified(asked, pd.Series({"middle": 13, "large": 2}))
    only_small = post_stratified(asked, pd.Series({"small": 7}))

    assert dict(weights) == {"middle": 10.0, "large": 5.0}
    assert dict(only_small) == {"small": 20.0}


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=6).filter(
        lambda pairs: any(min(pair) for pair in pairs)
    )
)
def test_the_weights_of_all_answers_make_all_the_asked(pairs: list[tuple[int, int]]) -> None:
    names = [f"size{i}" for i in range(len(pairs))]
    asked = pd.Series([max(pair) for pair in pairs], index=names)
    answered = pd.Series([min(pair) for pair in pairs], index=names)

    weights = post_stratified(asked, answered)

    total = sum(weights[name] * answered[name] for name in weights.index)
    assert total == pytest.approx(asked.sum())


def test_the_quantiles_are_those_of_the_printed_tables() -> None:
    printed = {4: 2.776, 5: 2.571, 9: 2.262, 30: 2.042, 120: 1.980}

    assert {n: t_quantile(n) for n in printed} == pytest.approx(printed, abs=0.001)


def test_with_equal_weights_the_interval_is_the_textbook_one() -> None:
    found = interval(series([40, 50, 60, 50, 50]), series([1] * 5), 1_000_000)

    # s² = 50, n = 5, t(4) = 2.776: 2.776 × √10 = 8.78
    assert found.mean == pytest.approx(50)
    assert found.high - found.mean == pytest.approx(8.78, abs=0.01)


def test_when_everybody_answered_nothing_is_uncertain() -> None:
    found = interval(series([10, 90, 35]), series([1, 1, 1]), 3)

    assert found.low == found.mean == found.high == pytest.approx(45)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 50)), min_size=2, max_size=30),
    st.integers(0, 1000),
)
def test_the_mean_lies_in_its_interval_and_both_within_the_scale(
    answers: list[tuple[float, float]], silent: int
) -> None:
    found = interval(
        series([score for score, _ in answers]),
        series([weight for _, weight in answers]),
        len(answers) + silent,
    )

    assert 0 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= 100


def frame(rows: list[tuple[str, str, str, int, int]], kind: str = "commune") -> pd.DataFrame:
    """Region, département, stratum, its rank, asked."""
    made = pd.DataFrame(rows, columns=["region", "departement", "stratum", "order", "n_asked"])
    return made.assign(theme="inclusion", kind=kind)


def answers(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["region", "departement", "stratum", "score"])
    return made.assign(theme="inclusion", kind="commune")


def test_a_mean_weighs_sizes_as_they_are_not_as_they_answered() -> None:
    """Ten small communes at 20, ten large ones at 80, but nine of ten communes are small."""
    asked = frame([("75", "23", "small", 0, 90), ("75", "23", "large", 1, 10)])
    given_ = answers([("75", "23", "small", 20.0)] * 10 + [("75", "23", "large", 80.0)] * 10)

    table = means(asked, given_).set_index(["level", "code"])

    assert table.loc[("france", "FR"), "score"] == pytest.approx(0.9 * 20 + 0.1 * 80)
    assert table.loc[("departement", "23"), "n_asked"] == 100
    assert table.loc[("departement", "23"), "n"] == 20
    assert table.loc[("peers", "75|large"), "score"] == pytest.approx(80)


def test_a_cell_where_nobody_answered_is_counted_all_the_same() -> None:
    asked = frame([("75", "23", "small", 0, 90), ("84", "01", "small", 0, 40)])

    table = means(asked, answers([("75", "23", "small", 20.0)] * 6)).set_index(["level", "code"])

    assert table.loc[("departement", "01"), "n_asked"] == 40
    assert table.loc[("departement", "01"), "n"] == 0
    assert list(table["score"].isna()[[("departement", "01"), ("departement", "23")]]) == [
        True,
        False,
    ]


def test_a_region_is_never_a_cell_of_its_own() -> None:
    """Each region is alone in its region: only all of them together say something."""
    rows = by_level(frame([("75", "", "all", 0, 1), ("84", "", "all", 0, 1)], kind="region"))

    assert set(rows["level"]) == {"france"}
