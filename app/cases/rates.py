"""Response rates, as the AAPOR Standard Definitions have them (`docs`: facts, section 4.1).

The frame is the legal register, so every case of unknown eligibility is eligible (e = 1): RR3
equals RR1 and RR4 equals RR2. RR5 and RR6 leave the silent out of the denominator: they are not
here, and must not be. The unit is an authority and a theme; kinds of authority are never added
up, since a commune, its intercommunality and its département overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.vocabulary.dispositions import DISPOSITIONS, D, Outcome

# In the order of the formula: answered, then eligible without an answer, then unknown.
SHOWN = (Outcome.I, Outcome.P, Outcome.R, Outcome.NC, Outcome.O, Outcome.UH, Outcome.UO)
LABELS: dict[Outcome, str] = {
    Outcome.I: "complètes",
    Outcome.P: "incomplètes",
    Outcome.R: "refus et abandons",
    Outcome.NC: "non jointes",
    Outcome.O: "autres",
    Outcome.UH: "sans nouvelles",
    Outcome.UO: "adresse en défaut",
    Outcome.NE: "hors du champ",
}


@dataclass(frozen=True, slots=True)
class Rates:
    """Cases by outcome, and the two rates that may be told; None when nobody was to be asked."""

    by_outcome: Mapping[Outcome, int]

    @property
    def n_asked(self) -> int:
        """(I+P) + (R+NC+O) + (UH+UO): what is out of the frame is not in the denominator."""
        return sum(self.by_outcome.get(outcome, 0) for outcome in SHOWN)

    @property
    def rr1(self) -> float | None:
        """I / n_asked, from 0 to 1."""
        return self._share(Outcome.I)

    @property
    def rr2(self) -> float | None:
        """(I+P) / n_asked, from 0 to 1."""
        return self._share(Outcome.I, Outcome.P)

    def n(self, outcome: Outcome) -> int:
        return self.by_outcome.get(outcome, 0)

    def _share(self, *outcomes: Outcome) -> float | None:
        asked = self.n_asked
        return sum(self.n(outcome) for outcome in outcomes) / asked if asked else None


def rates(dispositions: Mapping[D, int]) -> Rates:
    """The rates of cases counted by disposition."""
    by_outcome: dict[Outcome, int] = {}
    for code, n in dispositions.items():
        outcome = DISPOSITIONS[code].outcome
        by_outcome[outcome] = by_outcome.get(outcome, 0) + n
    return Rates(by_outcome)


def added(tallies: Iterable[Mapping[D, int]]) -> dict[D, int]:
    """Cases of several themes or places, for one kind of authority."""
    total: dict[D, int] = {}
    for tally in tallies:
        for code, n in tally.items():
            total[code] = total.get(code, 0) + n
    return total
