"""Two ways of reminding, drawn by lot: what is found, and what is not there is not found."""

from __future__ import annotations

from collections import Counter
from math import isclose, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.experiments import (
    Rule,
    Tally,
    draw,
    judge,
    mantel_haenszel,
    risk_difference,
)
from app.vocabulary.experiments import Arm, Finding

RULE = Rule(baseline=0.15)
# Strata as the panel's: small communes answer less than towns.
BASELINES = (0.08, 0.12, 0.15, 0.20, 0.27)
N_SIMULATED = 500


def test_the_size_is_stated_before_the_first_message() -> None:
    # Fleiss, Levin and Paik's table for 15 and 20 %, 5 % two-sided, nine chances in ten: 1,212.
    assert Rule(baseline=0.15, alpha=0.05).n_per_arm == pytest.approx(1_212, abs=2)
    assert RULE.n_per_arm > Rule(baseline=0.15, alpha=0.05).n_per_arm


@given(
    st.dictionaries(
        st.text("abc", min_size=1), st.sets(st.integers(0, 10**6), min_size=1), max_size=4
    ),
    st.integers(0, 2**31),
)
def test_each_stratum_is_cut_in_two_halves(mailboxes: dict[str, set[int]], seed: int) -> None:
    asked: dict[str, list[int]] = {}
    for stratum, ids in mailboxes.items():
        asked[stratum] = sorted(ids - {one for some in asked.values() for one in some})
    drawn = draw(asked, seed)
    for some in asked.values():
        arms = Counter(drawn[one] for one in some)
        assert abs(arms[Arm.USUAL] - arms[Arm.TRIED]) <= 1
    backwards = {stratum: some[::-1] for stratum, some in reversed(asked.items())}
    assert draw(backwards, seed) == drawn


def test_another_seed_draws_otherwise() -> None:
    asked = {"small": list(range(200))}
    assert draw(asked, 1) != draw(asked, 2)


def test_one_stratum_gives_the_textbook_s_figures() -> None:
    tally = Tally(n_usual=200, answered_usual=30, n_tried=100, answered_tried=25)
    difference, spread = risk_difference([tally])
    assert isclose(difference, 0.25 - 0.15)
    assert isclose(spread, sqrt(0.25 * 0.75 / 100 + 0.15 * 0.85 / 200), rel_tol=0.05)
    pooled = 55 / 300
    usual_z = 0.10 / sqrt(pooled * (1 - pooled) * (1 / 200 + 1 / 100))
    assert isclose(mantel_haenszel([tally]), usual_z, rel_tol=0.01)


def test_a_stratum_that_answers_more_deceives_nobody() -> None:
    """All the towns in one arm, all the villages in the other: no difference within either."""
    towns = Tally(n_usual=90, answered_usual=45, n_tried=10, answered_tried=5)
    villages = Tally(n_usual=10, answered_usual=1, n_tried=90, answered_tried=9)
    assert mantel_haenszel([towns, villages]) == 0
    assert risk_difference([towns, villages])[0] == 0


@pytest.mark.parametrize(
    ("share", "answered_tried", "found"),
    [
        (0.4, 0.60, Finding.TOO_EARLY),  # however fine it looks
        (0.5, 0.20, Finding.TOO_EARLY),
        (0.5, 0.60, Finding.TRIED_BETTER),
        (0.5, 0.01, Finding.USUAL_BETTER),
        (1.0, 0.20, Finding.TRIED_BETTER),
        (1.0, 0.16, Finding.NO_DIFFERENCE),
    ],
)
def test_the_rule_looks_at_half_and_at_the_end(
    share: float, answered_tried: float, found: Finding
) -> None:
    n = -int(-RULE.n_per_arm * share // 1)
    tally = Tally(n, round(n * 0.15), n, round(n * answered_tried))
    assert judge(RULE, [tally]).finding is found


def test_the_wave_over_too_soon_it_says_so() -> None:
    tally = Tally(100, 15, 100, 17)
    assert judge(RULE, [tally]).finding is Finding.TOO_EARLY
    assert judge(RULE, [tally], over=True).finding is Finding.TOO_FEW
    assert judge(RULE, [Tally(100, 5, 100, 40)], over=True).finding is Finding.TRIED_BETTER
    assert judge(RULE, [], over=True).finding is Finding.TOO_FEW


@pytest.mark.parametrize(("effect", "least", "most"), [(0.05, 400, 500), (0.0, 0, 25)])
def test_of_500_simulated_ones(effect: float, least: int, most: int) -> None:
    """A five-point effect is found in at least 80 %, a null one in at most 5 %: looked at twice."""
    lots = np.random.default_rng(20261128)
    found = sum(
        simulated(lots, effect) in (Finding.TRIED_BETTER, Finding.USUAL_BETTER)
        for _ in range(N_SIMULATED)
    )
    assert least <= found <= most


def simulated(lots: np.random.Generator, effect: float) -> Finding:
    """Half of the mailboxes, a look, and the rest unless it is settled."""
    each = -(-RULE.n_per_arm // len(BASELINES))
    usual = [lots.binomial(1, share, each) for share in BASELINES]
    tried = [lots.binomial(1, share + effect, each) for share in BASELINES]
    for n in (-(-each // 2), each):
        tallies = [
            Tally(n, int(one[:n].sum()), n, int(other[:n].sum()))
            for one, other in zip(usual, tried, strict=True)
        ]
        finding = judge(RULE, tallies).finding
        if finding is not Finding.TOO_EARLY:
            return finding
    return finding
