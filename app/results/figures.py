"""What a publication is made of, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewPublication:
    """A set of figures about to be written; simulated if its campaign is, for ever."""

    wave_id: int
    title: str
    simulated: bool
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean score of one cell: a theme, a kind of authority, a group of them.

    `level` is france, region, departement, stratum or peers; `code` says which ("FR", "75", "23",
    "0-499", "75|0-499"). `n` respondents of `n_asked`; score and bounds of the 95 % interval are
    out of 100. Masked ("few", "secondary"): no n, no score, no bounds.
    """

    theme: str
    kind: str
    level: str
    code: str
    name: str
    sort_name: str
    n_asked: int
    n: int | None = None
    score: float | None = None
    low: float | None = None
    high: float | None = None
    masked_because: str | None = None

    @property
    def uncertain(self) -> bool:
        """Whether its interval is wider than 20 points: not to be quoted alone."""
        return self.low is not None and self.high is not None and self.high - self.low > 20


@dataclass(frozen=True, slots=True)
class OwnScore:
    """One authority's score on one theme, 0–100: private to it, frozen with the publication."""

    case_id: int
    score: float
    n_answered: int
    n_asked: int
