"""From submitted answers to a publication: scores, weighted means, masks; then it waits for two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.waves import UnknownWave
from app.collect.figures import submitted_figures
from app.db import Database
from app.errors import Refused
from app.interview.path import path
from app.interview.scoring import score
from app.models.campaigns import Campaign, Wave
from app.results.figures import Figure, NewPublication, OwnScore
from app.results.freeze import freeze
from app.vocabulary.territory_kinds import PLURALS, STRATA, TerritoryKind
from reports.frame import Named, Places, asked, order_of, places, profiles
from reports.indicators.disclosure import masked
from reports.indicators.scores import means


class NothingToPublish(Refused):
    """Nobody has handed in a theme of this wave."""

    sentence = (
        "Personne n’a encore envoyé de réponse pour cette vague. "
        "Attendez les premières réponses, puis recommencez."
    )
    status = 409


def compute(db: Database, wave_id: int, *, title: str, now: datetime) -> int:
    """Compute and write a publication of this wave; its id. It is public once two approve it.

    Every answer counts that is handed in at this moment. What a simulated campaign says is
    marked as simulated for ever.
    """
    with db.transaction() as session:
        publication = NewPublication(wave_id, title, _simulated(session, wave_id), now)
        own = own_scores(session, wave_id)
        if not own:
            raise NothingToPublish
        known = places(session)
        table = masked(
            means(asked(session, wave_id), _scores(session, wave_id, own)), known.region_of
        )
        return freeze(session, publication, list(_figures(table, known)), own)


def own_scores(session: Session, wave_id: int) -> list[OwnScore]:
    """The score of every theme handed in; none for a theme without any answer that counts."""
    found = []
    for row in submitted_figures(session, wave_id):
        walked = path(row.questionnaire, row.profile, row.answers)
        reached = score(row.questionnaire, walked)
        if reached is not None:
            found.append(
                OwnScore(row.case_id, reached.value, reached.n_counted, reached.n_countable)
            )
    return found


def _simulated(session: Session, wave_id: int) -> bool:
    found = session.scalar(
        select(Campaign.simulated)
        .join(Wave, Wave.campaign_id == Campaign.id)
        .where(Wave.id == wave_id)
    )
    if found is None:
        raise UnknownWave
    return found


def _scores(session: Session, wave_id: int, own: list[OwnScore]) -> pd.DataFrame:
    values = pd.Series({one.case_id: one.score for one in own}, name="score")
    return profiles(session, wave_id, [one.case_id for one in own]).join(values)


def _figures(table: pd.DataFrame, known: Places) -> Iterable[Figure]:
    for row in table.to_dict("records"):
        theme, kind, level, code = (str(row[key]) for key in ("theme", "kind", "level", "code"))
        called = _named(kind, level, code, known)
        shown = row["masked_because"] is None
        yield Figure(
            theme=theme,
            kind=kind,
            level=level,
            code=code,
            name=called.name,
            sort_name=called.sort_name,
            n_asked=int(row["n_asked"]),
            n=int(row["n"]) if shown else None,
            score=float(row["score"]) if shown else None,
            low=float(row["low"]) if shown else None,
            high=float(row["high"]) if shown else None,
            masked_because=None if shown else str(row["masked_because"]),
        )


def _named(kind: str, level: str, code: str, known: Places) -> Named:
    """What a cell is called: "Creuse", "500 à 999 habitants", "Nouvelle-Aquitaine, 500 à…"."""
    if level == "france":
        return Named("France", "france")
    if level == "peers":
        region, stratum = code.split("|")
        where = _named(kind, "region", region, known)
        size = _named(kind, "stratum", stratum, known)
        return Named(f"{where.name}, {size.name}", f"{where.sort_name} {size.sort_name}")
    if level == "stratum":
        # Sorted by size, not by the first figure of the label.
        label = next(one.label for one in STRATA[TerritoryKind(kind)] if one.code == code)
        return Named(label, f"{order_of(kind, code):02d}")
    return known.names.get((level, code), Named(f"{PLURALS[TerritoryKind(kind)]} {code}", code))
