"""Weights that give each size class its true share of the authorities asked.

Within one cell (say, the communes of a département), an answer of size class h stands for

    w_h = N_h / n_h

authorities, N_h being those asked and n_h those that answered: post-stratification by size
(Cochran, *Sampling Techniques*, 3rd edition, 1977, section 5A.9). It mends what size explains
and nothing else: if the more digital of the small communes answer more often, the mean is high.

A class without any answer is joined to the next larger one that has some, the largest ones to the
class below (collapsed strata, Cochran 5A.12): its authorities are counted, and are supposed
like their nearest neighbours in size.
"""

from __future__ import annotations

import pandas as pd


def post_stratified(asked: pd.Series[int], answered: pd.Series[int]) -> pd.Series[float]:
    """The weight of one answer, by size class.

    `asked` is indexed by class, from the smallest authorities to the largest; `answered` by the
    same classes, absent ones having no answer. The result holds the classes that answered; the
    weights of all answers add up to all authorities asked.
    """
    weights: dict[str, float] = {}
    waiting = 0
    last = ""
    for stratum, n_asked in asked.items():
        n = int(answered.get(stratum, 0))
        waiting += int(n_asked)
        if n:
            last = str(stratum)
            weights[last] = waiting / n
            waiting = 0
    if last and waiting:
        weights[last] += waiting / int(answered[last])
    return pd.Series(weights, dtype=float)
