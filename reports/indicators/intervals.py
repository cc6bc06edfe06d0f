"""The mean of a cell and its 95 % interval.

    mean = Σ wᵢyᵢ / Σ wᵢ
    var  = (1 − n/N) · n/(n − 1) · Σ (wᵢ/Σw)² (yᵢ − mean)²
    interval = mean ± t(0.975; n − 1) · √var, cut at 0 and 100

The variance is the linearised one of a weighted mean (Särndal, Swensson and Wretman, *Model
Assisted Survey Sampling*, 1992, section 5.7), with the finite population correction: with equal
weights it is the textbook (1 − n/N)·s²/n, and when everybody answers the interval is a point.

Limits: those who answer are volunteers, not a random sample, and no interval knows of that; with
few answers close to 0 or 100 a symmetric interval is rough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import pandas as pd


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean score, 0–100, and the bounds of its 95 % interval."""

    mean: float
    low: float
    high: float


def interval(scores: pd.Series[float], weights: pd.Series[float], population: int) -> Interval:
    """The weighted mean of these answers out of `population` authorities, with its interval.

    Two answers at least: with one there is no spread to measure.
    """
    n = len(scores)
    if n < 2:
        raise ValueError("an interval needs two answers at least")
    shares = weights / weights.sum()
    mean = float((shares * scores).sum())
    correction = max(0.0, 1 - n / population)
    spread = float((shares**2 * (scores - mean) ** 2).sum())
    margin = t_quantile(n - 1) * math.sqrt(correction * n / (n - 1) * spread)
    return Interval(mean, max(0.0, mean - margin), min(100.0, mean + margin))


def t_quantile(freedom: int, probability: float = 0.975) -> float:
    """Student's t quantile by its expansion around the normal one.

    Abramowitz and Stegun, *Handbook of Mathematical Functions*, 26.7.5; the error is below 0.001
    from 4 degrees of freedom on, which five respondents give.
    """
    z = NormalDist().inv_cdf(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    steps = [term / float(freedom) ** power for power, term in enumerate(terms, start=1)]
    return z + sum(steps)
