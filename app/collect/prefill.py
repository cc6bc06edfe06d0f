"""What may be suggested for blank questions: last year's answer, or a public figure.

Steps and pure functions: nothing is written here. A suggestion never counts by itself; see
`confirm`. A confidential theme has none from last year: its answers, once submitted, are read
by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.collect.standing import Held
from app.collect.stored_answers import values_of
from app.interview.conditions import Profile
from app.interview.kinds import registry
from app.interview.lineage import former_code
from app.interview.path import Path, path
from app.interview.questionnaire import Question, Questionnaire
from app.interview.values import DONT_KNOW, Misread, Value
from app.questionnaires.publish import stored_as
from app.vocabulary.articles import of_place
from app.vocabulary.french_dates import day_month_year, of_day
from app.vocabulary.themes import BY_CODE

_PICKED = frozenset({"single", "scale"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that a person may confirm. `source` says whence and when, in French, no stop."""

    question: str
    value: Value
    label: str  # the value as a page shows it
    source: str  # "Votre réponse du 12 novembre 2025"
    origin: str  # what `answer_events.origin` keeps once it is confirmed


@dataclass(frozen=True, slots=True)
class LastYear:
    """What an authority handed in on this theme in an earlier campaign."""

    response_id: int
    submitted_at: datetime
    giver: str  # the predecessor that answered ("d’Ajain"); empty: it was the authority itself
    walked: Path


@dataclass(frozen=True, slots=True)
class Figure:
    """A public figure about the authority, as stored."""

    name: str
    value: str
    source: str
    as_of: date


# The latest earlier campaign where the authority, or one that it succeeds, handed this theme in;
# two rows at most: a second predecessor of the same year means that neither speaks for it.
_KNOWN = text("""
    WITH this AS MATERIALIZED (
        SELECT campaigns.millesime, campaigns.simulated
          FROM waves JOIN campaigns ON campaigns.id = waves.campaign_id WHERE waves.id = :wave_id
    ), who AS MATERIALIZED (
        SELECT CAST(:territory_id AS bigint) AS id WHERE NOT :confidential
        UNION ALL
        SELECT old_id FROM territory_successions
         WHERE new_id = :territory_id AND NOT :confidential
    ), last AS MATERIALIZED (
        SELECT responses.id, responses.submitted_at, responses.answers, responses.questionnaire_id,
               cases.territory_id, cases.kind, cases.population, campaigns.millesime
          FROM who
          JOIN cases ON cases.territory_id = who.id AND cases.theme = :theme
          JOIN responses ON responses.case_id = cases.id AND responses.submitted_at IS NOT NULL
          JOIN waves ON waves.id = cases.wave_id
          JOIN campaigns ON campaigns.id = waves.campaign_id
          JOIN this ON campaigns.millesime < this.millesime
                   AND campaigns.simulated = this.simulated
         ORDER BY campaigns.millesime DESC, cases.territory_id <> :territory_id,
                  responses.submitted_at DESC, responses.id
         LIMIT 2
    )
    SELECT last.*,
           (SELECT digest FROM questionnaires WHERE id = last.questionnaire_id) AS digest,
           (SELECT name FROM territories
             WHERE id = last.territory_id AND id <> :territory_id) AS giver,
           (SELECT jsonb_agg(jsonb_build_array(name, value, source, as_of) ORDER BY name)
              FROM indicators WHERE territory_id = :territory_id AND name = ANY(:names)) AS figures
      FROM (SELECT) AS always LEFT JOIN last ON true
     ORDER BY last.millesime DESC, last.territory_id <> :territory_id, last.submitted_at DESC,
              last.id
""")


def suggestions(session: Session, held: Held, *, follows_another: bool) -> dict[str, Suggestion]:
    """What may be suggested, by question, for every question of the theme; asked, blank or not.

    `follows_another`: an earlier campaign exists. No query when there is none and the
    questionnaire names no public figure; else one.
    """
    names = [q.prefill.indicator for q in held.questionnaire.questions if q.prefill]
    follows = follows_another and not BY_CODE[held.case.theme].confidential
    if not names and not follows:
        return {}
    rows = session.execute(
        _KNOWN,
        {
            "territory_id": held.case.territory_id,
            "wave_id": held.case.wave_id,
            "theme": held.case.theme,
            "names": names,
            "confidential": not follows,
        },
    ).all()
    figures = [_figure(*stored) for stored in rows[0].figures or ()]
    known = {figure.name: figure for figure in figures}
    return suggested(held.questionnaire, _last_year(session, rows), known)


def for_blanks(
    found: Mapping[str, Suggestion], walked: Path, *, section: str | None = None
) -> dict[str, Suggestion]:
    """Those of these suggestions whose question is asked and blank now, in the path's order."""
    within = walked.questionnaire.section_of
    return {
        question.code: found[question.code]
        for question in walked.missing
        if question.code in found and section in (None, within(question.code).code)
    }


def suggested(
    questionnaire: Questionnaire, last: LastYear | None, figures: Mapping[str, Figure]
) -> dict[str, Suggestion]:
    """Pure. An authority's own word, even a year old, comes before a public figure."""
    found = {}
    for question in questionnaire.questions:
        one = _said_before(question, last) or _of_figure(question, figures)
        if one is not None:
            found[question.code] = one
    return found


def _said_before(question: Question, last: LastYear | None) -> Suggestion | None:
    """The former answer, when the question still means the same and still accepts it.

    "Je ne sais pas" is not suggested: a year later, one may know.
    """
    if last is None:
        return None
    code = former_code(question)
    value = last.walked.counted.get(code) if code else None
    if code is None or value is None or value is DONT_KNOW:
        return None
    if not _alike(last.walked.questionnaire.question(code), question):
        return None
    if registry.check(question, value) is not None:
        return None
    whose = f"Réponse {last.giver}" if last.giver else "Votre réponse"
    source = f"{whose} du {day_month_year(last.submitted_at)}"
    return _suggestion(question, value, source, f"last_year:{last.response_id}")


def _alike(former: Question, question: Question) -> bool:
    """Whether a value of the one may be one of the other; 12 hours are not 12 %."""
    kinds = {former.kind, question.kind}
    return (len(kinds) == 1 or kinds == _PICKED) and former.unit == question.unit


def _of_figure(question: Question, figures: Mapping[str, Figure]) -> Suggestion | None:
    figure = figures.get(question.prefill.indicator) if question.prefill else None
    if figure is None or question.prefill is None:
        return None
    raw = dict(question.prefill.values).get(figure.value) if question.choices else figure.value
    value = registry.read(question, raw) if raw else None
    if value is None or isinstance(value, Misread):
        return None
    source = f"{figure.source}, {of_day(figure.as_of)}"
    return _suggestion(question, value, source, f"indicator:{figure.name}")


def _suggestion(question: Question, value: Value, source: str, origin: str) -> Suggestion:
    return Suggestion(question.code, value, registry.show(question, value), source, origin)


def _last_year(session: Session, rows: Sequence[Row[Any]]) -> LastYear | None:
    """The row that speaks for the authority: its own, or its only predecessor's of that year."""
    row = rows[0]
    if row.id is None:
        return None
    if row.giver and len(rows) > 1 and rows[1].millesime == row.millesime:
        return None
    asked = stored_as(session, row.questionnaire_id, row.digest)
    given = values_of(asked, row.answers)
    walked = path(asked, Profile(row.kind, row.population), given)
    giver = of_place(row.giver, row.kind) if row.giver else ""
    return LastYear(row.id, row.submitted_at, giver, walked)


def _figure(name: str, value: str, source: str, as_of: str) -> Figure:
    return Figure(name, value, source, date.fromisoformat(as_of))
