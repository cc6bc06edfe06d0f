"""What a report card says, as frozen values: the same for paper and for the screen.

Stored as JSON beside the PDF. Scores, points and bounds are whole numbers, as they are read.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Peers:
    """Those an authority is compared with: their mean, its 95 % interval, how many answered."""

    mean: int
    low: int
    high: int
    n: int
    whom: str  # "communes de 500 à 999 habitants, en région Nouvelle-Aquitaine"
    widened: bool  # too few of the first choice answered


@dataclass(frozen=True, slots=True)
class LostPoint:
    """What one question cost; `points` of all of a theme and its score make 100."""

    question: str
    answer: str
    gain: str
    points: int


@dataclass(frozen=True, slots=True)
class ThemeShown:
    """One theme answered. Of a confidential one (`lost` empty) only the score is ever shown."""

    code: str
    number: int
    name: str
    score: int
    level: str
    peers: Peers | None  # None: nobody to compare with, five answers are needed
    confidential: bool
    changed: bool  # answers changed after the publication: their detail waits for the next card
    lost: tuple[LostPoint, ...]


@dataclass(frozen=True, slots=True)
class Strength:
    """A question that obtained every point."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next, and who helps. `points`: what it may bring; 0 is not told."""

    title: str
    text: str
    theme: str
    points: int
    resource_name: str
    resource_url: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of public data: it counts in no score."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A wave to come, and its themes."""

    when: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardContent:
    """A whole report card."""

    number: str
    issued_on: str
    wave: str
    simulated: bool
    name: str
    profile: str  # "Commune (Creuse), 1 300 habitants."
    compared: str  # "Comparée aux communes de … : ses pairs."
    widened: tuple[str, ...]  # where too few peers answered, in words
    verdict: tuple[str, ...]
    answered: str  # "Réponses envoyées le 24 novembre 2026."
    themes: tuple[ThemeShown, ...]
    strengths: tuple[Strength, ...]
    steps: tuple[Step, ...]
    confidential_name: str  # "" when no confidential theme was answered
    confidential_advice: tuple[Step, ...]  # the same for everybody
    facts: tuple[Fact, ...]
    upcoming: tuple[Upcoming, ...]
    sources: tuple[str, ...]
    help_address: str

    def to_json(self) -> dict[str, Any]:
        """Plain values, as JSONB keeps them and templates read them."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), ensure_ascii=False))
        return plain


def digest_of(content: dict[str, Any], template: str) -> str:
    """SHA-256 of what a card says and of how it is drawn: unchanged, it is not drawn again."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{template}\n{canonical}".encode()).hexdigest()
