"""One authority's answers and card, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from app.interview.conditions import Profile
from app.interview.path import path
from app.interview.questionnaire import Question, Questionnaire
from app.interview.scoring import best, points, score
from app.interview.values import DONT_KNOW, Value
from app.questionnaires.load import load_all
from app.results.figures import Figure
from app.results.read import Published
from app.vocabulary.territory_kinds import TerritoryKind
from reports.cards.content import Answered, Authority, Known, Setting, content_of
from reports.cards.peers import by_cell
from reports.cards.shown import CardContent, Upcoming

APPROVED = datetime(2027, 1, 8, 9, tzinfo=UTC)
SENT = datetime(2026, 11, 24, 9, 42, tzinfo=UTC)
QUESTIONNAIRES: Mapping[str, Questionnaire] = {one.theme: one for one in load_all()[:3]}

BONNAT = Authority(
    id=1,
    kind=TerritoryKind.COMMUNE,
    code="23025",
    name="Bonnat",
    population=1300,
    stratum="1000-3499",
    departement="Creuse",
    region_code="75",
    region="Nouvelle-Aquitaine",
)
PUBLICATION = Published(4, 1, "Première vague 2026", True, APPROVED)


def figure(theme: str, level: str, code: str, n: int | None, score: float | None = 49.2) -> Figure:
    masked = n is None
    return Figure(
        theme=theme,
        kind="commune",
        level=level,
        code=code,
        name=code,
        sort_name=code,
        n_asked=400,
        n=n,
        score=None if masked or score is None else score,
        low=None if masked or score is None else score - 4,
        high=None if masked or score is None else score + 4,
        masked_because="few" if masked else None,
    )


PEERS = tuple(figure(theme, "peers", "75|1000-3499", 212) for theme in QUESTIONNAIRES)


def setting(figures: tuple[Figure, ...] = PEERS) -> Setting:
    return Setting(
        publication=PUBLICATION,
        wave="Vague d’automne 2026",
        millesime=2026,
        upcoming=(
            Upcoming(
                "Du 15 décembre 2026 au 14 mars 2027",
                (
                    "4. Infrastructures numériques du territoire",
                    "5. Outils numériques en interne",
                    "6. Service public local de la donnée",
                ),
            ),
            Upcoming(
                "Du 15 mars 2027 au 14 juin 2027",
                (
                    "7. Mise en œuvre des démarches de dématérialisation",
                    "8. Services en ligne disponibles pour les habitants et usagers",
                    "9. Stratégie numérique",
                ),
            ),
        ),
        figures=by_cell(figures),
        help_address="aide@barometre.invalid",
    )


def worst(question: Question) -> Value:
    """The longest answer among those that cost the most points; every branch stays open."""
    if question.kind == "scale":
        return "planned" if any(c.points for c in question.choices) else "yes"
    if question.kind == "multiple":
        return (min(question.choices, key=lambda c: (c.points or 0, -len(c.label))).code,)
    if question.kind == "single":
        costly = [c for c in question.choices if (c.points or 0) < best(question)]
        return max(costly or question.choices, key=lambda c: len(c.label)).code
    return DONT_KNOW if question.dont_know else 0


def finest(question: Question) -> Value:
    if question.kind in ("scale", "single"):
        return max(question.choices, key=lambda c: c.points or 0).code
    if question.kind == "multiple":
        return tuple(c.code for c in question.choices if not c.exclusive)
    if question.kind in ("integer", "percentage"):
        return 100
    return DONT_KNOW


def values(theme: str, profile: Profile, lost: int) -> dict[str, Value]:
    """Answers to a whole theme: the first `lost` questions cost points, the others none."""
    questionnaire = QUESTIONNAIRES[theme]
    found: dict[str, Value] = {}
    n_lost = 0
    while (asked := path(questionnaire, profile, found).next()) is not None:
        bad = asked.counts and n_lost < lost
        value = worst(asked) if bad else finest(asked)
        found[asked.code] = value
        n_lost += bad and (points(asked, value) or 0) < best(asked)
    return found


def answered(
    theme: str, *, lost: int = 4, population: int = 1300, kind: str = "commune"
) -> Answered:
    """A theme handed in, whose first `lost` questions cost points."""
    questionnaire = QUESTIONNAIRES[theme]
    profile = Profile(kind, population)
    walked = path(questionnaire, profile, values(theme, profile, lost))
    reached = score(questionnaire, walked)
    assert reached is not None
    return Answered(theme, reached.value, walked, SENT, changed=False)


def everything_lost(theme: str) -> Answered:
    """As many lost points as a theme can hold: the largest authorities are asked most."""
    return answered(theme, lost=99, population=200_000, kind="epci")


KNOWN = tuple(
    Known(name, value, source, date(2026, 10, 1))
    for name, value, source in (
        ("Site de la mairie, connexion chiffrée", "Oui", "ANCT, présence numérique"),
        ("Messagerie sur un nom de domaine officiel", "Non", "ANCT, présence numérique"),
        ("France services la plus proche", "14\u00a0km", "ANCT, liste France services"),
        ("Logements raccordables à la fibre", "91\u00a0%", "Arcep, 2e trimestre"),
    )
)


def card(
    *themes: Answered,
    authority: Authority = BONNAT,
    figures: tuple[Figure, ...] = PEERS,
    known: tuple[Known, ...] = (),
) -> CardContent:
    given = themes or tuple(answered(theme) for theme in QUESTIONNAIRES)
    return content_of(authority, given, setting(figures), known)
