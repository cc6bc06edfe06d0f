"""Builds what a report card says, from the private rows of one authority. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.charts.card_bars import level_of
from app.interview.french import number as spaced
from app.interview.path import Path
from app.now import paris
from app.results.read import Published
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.territory_kinds import LABELS, TerritoryKind
from app.vocabulary.themes import BY_CODE
from reports.cards import peers as comparison
from reports.cards.points import Gain, gains, general_advice, lost_table, next_steps, strengths
from reports.cards.shown import CardContent, Fact, Strength, ThemeShown, Upcoming


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose card it is."""

    id: int
    kind: TerritoryKind
    code: str
    name: str
    population: int | None
    stratum: str
    departement: str  # "Creuse"; "" for a région
    region_code: str
    region: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One theme handed in: the frozen score, and the answers as they stand today."""

    theme: str
    score: float
    walked: Path
    submitted_at: datetime
    changed: bool  # the answers no longer give the frozen score


@dataclass(frozen=True, slots=True)
class Setting:
    """What all cards of a publication share."""

    publication: Published
    wave: str
    millesime: int
    upcoming: tuple[Upcoming, ...]
    figures: comparison.Figures
    help_address: str


@dataclass(frozen=True, slots=True)
class Known:
    """A figure of public data about one authority."""

    name: str
    value: str
    source: str
    as_of: date


def content_of(
    authority: Authority, answered: Sequence[Answered], setting: Setting, known: Sequence[Known]
) -> CardContent:
    """The whole card. Answers to a confidential theme enter nowhere: its score only."""
    choice = comparison.groups(
        authority.kind, authority.region_code, authority.region, authority.stratum
    )
    in_order = sorted(answered, key=lambda one: BY_CODE[one.theme].number)
    themes = tuple(_theme(one, authority.kind, choice, setting.figures) for one in in_order)
    scores = {theme.code: theme.score for theme in themes}
    open_ones = [one for one in in_order if not _hidden(one)]
    secret = [one.walked.questionnaire for one in in_order if BY_CODE[one.theme].confidential]
    return CardContent(
        number=card_number(authority, setting.publication),
        issued_on=day_month_year(setting.publication.approved_at),
        wave=setting.wave,
        simulated=setting.publication.simulated,
        name=authority.name,
        profile=_profile(authority),
        compared=comparison.compared(authority.kind, choice),
        widened=comparison.widened(themes),
        verdict=comparison.verdict(themes),
        answered=_answered_when(in_order),
        themes=themes,
        strengths=_strengths(open_ones),
        steps=next_steps(_gains(open_ones, scores)),
        confidential_name=BY_CODE[secret[0].theme].name if secret else "",
        confidential_advice=general_advice(secret[0]) if secret else (),
        facts=tuple(
            Fact(one.name, one.value, f"{one.source}, {_month(one.as_of)}") for one in known
        ),
        upcoming=setting.upcoming,
        sources=_sources(setting),
        help_address=setting.help_address,
    )


def card_number(authority: Authority, publication: Published) -> str:
    """ "2026-23025-4": the year, the authority, the publication. A code needs its kind."""
    kind = "" if authority.kind is TerritoryKind.COMMUNE else authority.kind[0].upper()
    return f"{paris(publication.approved_at).year}-{kind}{authority.code}-{publication.id}"


def _theme(
    one: Answered,
    kind: TerritoryKind,
    choice: Sequence[comparison.Group],
    figures: comparison.Figures,
) -> ThemeShown:
    theme = BY_CODE[one.theme]
    score = round(one.score)
    lost = () if _hidden(one) else lost_table(one.walked.questionnaire, one.walked, score)
    return ThemeShown(
        code=theme.code,
        number=theme.number,
        name=theme.name,
        score=score,
        level=level_of(score),
        peers=comparison.peers_of(theme.code, kind, choice, figures),
        confidential=theme.confidential,
        changed=one.changed,
        lost=lost,
    )


def _hidden(one: Answered) -> bool:
    """Whether its answers stay out of the card."""
    return BY_CODE[one.theme].confidential or one.changed


def _gains(answered: Sequence[Answered], scores: Mapping[str, int]) -> list[Gain]:
    return [
        gain
        for one in answered
        for gain in gains(
            one.walked.questionnaire, one.walked, BY_CODE[one.theme].name, scores[one.theme]
        )
    ]


def _strengths(answered: Sequence[Answered], most: int = 3) -> tuple[Strength, ...]:
    found = [
        strength for one in answered for strength in strengths(one.walked, BY_CODE[one.theme].name)
    ]
    return tuple(strength for _, strength in sorted(found, key=lambda pair: -pair[0])[:most])


def _profile(authority: Authority) -> str:
    """ "Commune (Creuse), 1 300 habitants."."""
    said = LABELS[authority.kind]
    if authority.departement and authority.kind is not TerritoryKind.DEPARTEMENT:
        said += f" ({authority.departement})"
    if authority.population is not None:
        many = "s" if authority.population > 1 else ""
        said += f", {spaced(authority.population)}\u00a0habitant{many}"
    return f"{said}."


def _answered_when(answered: Sequence[Answered]) -> str:
    days = sorted(one.submitted_at for one in answered)
    first, last = day_month_year(days[0]), day_month_year(days[-1])
    if first == last:
        return f"Réponses envoyées le {first}."
    return f"Réponses envoyées du {first} au {last}."


def _sources(setting: Setting) -> tuple[str, ...]:
    publication = setting.publication
    return (
        "Score\u00a0: part des points obtenus, sur 100, parmi les questions posées\u00a0; "
        "«\u00a0Je ne sais pas\u00a0» n’en rapporte aucun.",
        f"Pairs\u00a0: publication nº\u00a0{publication.id} «\u00a0{publication.title}\u00a0», "
        f"approuvée le {day_month_year(publication.approved_at)}, moyennes redressées selon la "
        "taille, votre réponse comprise\u00a0; rien sous cinq répondants.",
        f"Noms et populations\u00a0: Insee et DGCL, millésime {setting.millesime}, "
        "découpage administratif publié par Etalab, Licence Ouverte.",
    )


def _month(day: date) -> str:
    moment = datetime(day.year, day.month, 15, 12, tzinfo=UTC)
    return day_month_year(moment).split("\u00a0", 1)[1]
