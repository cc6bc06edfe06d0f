"""Which of two wordings, or of two moments, gets more answers: drawn by lot, judged by a rule.

Pure. The rule is stated before the first message leaves and never changed: how many mailboxes each
arm needs, when it is looked at, and what is found. Looking whenever one likes, and stopping when it
looks good, finds effects that are not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt
from statistics import NormalDist

from app.vocabulary.experiments import Arm, Finding

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Rule:
    """The design, as stated beforehand.

    `baseline` and `effect` are shares (0–1) of mailboxes that answer. At most one experiment in
    twenty may find what is not there: `alpha` is below it, because it is looked at before its end.
    """

    baseline: float
    effect: float = 0.05
    alpha: float = 0.03
    power: float = 0.90
    early: float = 0.001

    def __post_init__(self) -> None:
        if not 0 < self.baseline < 1 or not 0 < self.effect < 1 - self.baseline:
            raise ValueError("the baseline and the effect are shares, together below 1")

    @property
    def n_per_arm(self) -> int:
        """Mailboxes needed in each arm.

        Two proportions, two-sided, unpooled under the alternative (Fleiss, Levin and Paik,
        Statistical Methods for Rates and Proportions, 2003, 4.1).
        """
        usual, tried = self.baseline, self.baseline + self.effect
        mean = (usual + tried) / 2
        under_null = _NORMAL.inv_cdf(1 - self.alpha / 2) * sqrt(2 * mean * (1 - mean))
        spread = usual * (1 - usual) + tried * (1 - tried)
        under_effect = _NORMAL.inv_cdf(self.power) * sqrt(spread)
        return ceil(((under_null + under_effect) / self.effect) ** 2)

    def bound(self, n_observed: int) -> float:
        """The |z| from which a difference is found, with so many observed in the smaller arm.

        Nothing before half; then only what leaves no doubt; at the end, `alpha`. So little is
        spent early that the end needs no correction (Haybittle 1971; Peto et al. 1976).
        """
        if n_observed >= self.n_per_arm:
            return _NORMAL.inv_cdf(1 - self.alpha / 2)
        if 2 * n_observed >= self.n_per_arm:
            return _NORMAL.inv_cdf(1 - self.early / 2)
        return inf


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one stratum: mailboxes whose time to answer is over, and those that answered."""

    n_usual: int
    answered_usual: int
    n_tried: int
    answered_tried: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found, the difference (tried less usual, a share) and its 95 % interval."""

    finding: Finding
    difference: float
    low: float
    high: float
    n_usual: int
    n_tried: int


def draw(mailboxes: Mapping[str, Sequence[int]], seed: int) -> dict[int, Arm]:
    """An arm for each mailbox, half and half within each stratum; the same for the same seed."""
    drawn: dict[int, Arm] = {}
    for stratum, ids in sorted(mailboxes.items()):
        shuffled = sorted(ids, key=lambda one: _lot(seed, stratum, one))
        # Where a stratum is odd, lot says which arm has one more.
        first = int(_lot(seed, stratum, -1)[-1], 16) % 2
        for rank, one in enumerate(shuffled):
            drawn[one] = Arm.TRIED if (rank + first) % 2 else Arm.USUAL
    return drawn


def judge(rule: Rule, tallies: Iterable[Tally], *, over: bool = False) -> Verdict:
    """What the rule finds in these tallies, one a stratum; `over`: nothing more will come."""
    told = list(tallies)
    n_usual, n_tried = sum(one.n_usual for one in told), sum(one.n_tried for one in told)
    smaller = min(n_usual, n_tried)
    z, (difference, spread) = mantel_haenszel(told), risk_difference(told)
    enough = smaller >= rule.n_per_arm
    bound = rule.bound(rule.n_per_arm) if over else rule.bound(smaller)
    if abs(z) >= bound:
        finding = Finding.TRIED_BETTER if z > 0 else Finding.USUAL_BETTER
    elif enough:
        finding = Finding.NO_DIFFERENCE
    else:
        finding = Finding.TOO_FEW if over else Finding.TOO_EARLY
    reach = _NORMAL.inv_cdf(0.975) * spread
    return Verdict(finding, difference, difference - reach, difference + reach, n_usual, n_tried)


def mantel_haenszel(tallies: Iterable[Tally]) -> float:
    """The z of tried against usual, all strata together; 0 where nothing can be told.

    Mantel and Haenszel 1959, without the correction for continuity.
    """
    excess = variance = 0.0
    for one in tallies:
        n, answered = one.n_usual + one.n_tried, one.answered_usual + one.answered_tried
        if n < 2 or not one.n_usual or not one.n_tried:
            continue
        excess += one.answered_tried - one.n_tried * answered / n
        variance += one.n_usual * one.n_tried * answered * (n - answered) / (n * n * (n - 1))
    return excess / sqrt(variance) if variance else 0.0


def risk_difference(tallies: Iterable[Tally]) -> tuple[float, float]:
    """The difference of shares over the strata, and its standard error.

    Mantel and Haenszel’s weights; the variance of Sato, 1989.
    """
    told = [one for one in tallies if one.n_usual and one.n_tried]
    weight = sum(one.n_usual * one.n_tried / (one.n_usual + one.n_tried) for one in told)
    if not weight:
        return 0.0, 0.0
    difference = sum(map(_gap, told)) / weight
    spread = difference * sum(map(_lean, told)) + sum(map(_noise, told))
    return difference, sqrt(max(spread, 0.0)) / weight


def _gap(one: Tally) -> float:
    n = one.n_usual + one.n_tried
    return (one.answered_tried * one.n_usual - one.answered_usual * one.n_tried) / n


def _lean(one: Tally) -> float:
    n = one.n_usual + one.n_tried
    crossed = one.n_tried**2 * one.answered_usual - one.n_usual**2 * one.answered_tried
    return (crossed + one.n_usual * one.n_tried * (one.n_usual - one.n_tried) / 2) / (n * n)


def _noise(one: Tally) -> float:
    n = one.n_usual + one.n_tried
    tried = one.answered_tried * (one.n_usual - one.answered_usual)
    usual = one.answered_usual * (one.n_tried - one.answered_tried)
    return (tried + usual) / (2 * n)


def _lot(seed: int, stratum: str, mailbox: int) -> str:
    return hashlib.sha256(f"{seed}:{stratum}:{mailbox}".encode()).hexdigest()
