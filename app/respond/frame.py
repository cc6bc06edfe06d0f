"""What every page of a respondent shows around its own matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.collect.surroundings import Authority, WaveDates
from app.interview.french import with_unit
from app.now import paris
from app.vocabulary.articles import of_place, the_place
from app.vocabulary.french_dates import (
    day_month,
    days_between,
    whole_day,
)
from app.vocabulary.territory_kinds import LABELS, TerritoryKind

_SEASONS = ("de l’hiver", "du printemps", "de l’été", "de l’automne")


@dataclass(frozen=True, slots=True)
class TerritoryWords:
    """The authority as the pages name it."""

    name: str
    the_name: str  # inside a sentence: "la Creuse"
    kind_label: str
    full_name: str
    departement: str
    population_text: str


@dataclass(frozen=True, slots=True)
class WaveWords:
    """The wave's dates in words, and how far it has gone (0–1)."""

    label: str
    season: str
    opens_on: str
    ends_on: str
    ends_short: str
    today: str
    days_left: int
    elapsed_share: float


def frame(token: str, authority: Authority, wave: WaveDates) -> dict[str, object]:
    """The context of `respond_base.html`."""
    return {
        "territory": territory_words(authority),
        "link_url": url_for("respond.link", token=token),
        "simulated": wave.simulated,
    }


def territory_words(authority: Authority) -> TerritoryWords:
    """Name, kind and size, for people."""
    kind = TerritoryKind(authority.kind)
    size = "" if authority.population is None else with_unit(authority.population, "habitants")
    return TerritoryWords(
        authority.name,
        the_place(authority.name, kind),
        LABELS[kind],
        full_name(kind, authority.name),
        authority.departement,
        size,
    )


def full_name(kind: TerritoryKind, name: str) -> str:
    """`Commune d’Anzême`, `Commune du Bourg`; other kinds carry theirs after or in their name."""
    if kind is TerritoryKind.EPCI:
        return name
    if kind is not TerritoryKind.COMMUNE:
        return f"{name} ({LABELS[kind].lower()})"
    return f"Commune {of_place(name, kind)}"


def wave_words(wave: WaveDates, now: datetime) -> WaveWords:
    """The wave as its pages tell it."""
    whole = max((wave.ends_at - wave.opens_at).total_seconds(), 1)
    elapsed = (now - wave.opens_at).total_seconds() / whole
    return WaveWords(
        label=wave.label,
        season=_SEASONS[paris(wave.opens_at).month % 12 // 3],
        opens_on=day_month(wave.opens_at),
        ends_on=whole_day(wave.ends_at),
        ends_short=day_month(wave.ends_at),
        today=day_month(now),
        days_left=days_between(now, wave.ends_at),
        elapsed_share=min(max(elapsed, 0.0), 1.0),
    )
