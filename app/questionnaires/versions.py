"""Reading versions: all of them with the waves that ask them, one by its theme and number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.interview.definition import from_definition
from app.interview.questionnaire import Questionnaire
from app.models.campaigns import Campaign, QuestionnaireVersion, Wave, WaveQuestionnaire

STATE_LABELS: Mapping[str, str] = {"draft": "Brouillon", "issued": "Émise"}


class NoSuchVersion(Refused):
    """The theme has no such version in the database."""

    sentence = (
        "Le thème {theme} n’a pas {which} en base. "
        "Chargez les questionnaires avec «\u00a0barometre questionnaires load\u00a0», ou vérifiez "
        "le numéro."
    )
    status = 404


@dataclass(frozen=True, slots=True)
class Version:
    """One version as listed: `waves` are those that ask it, oldest first."""

    id: int
    theme: str
    version: int
    state: str
    simulated: bool
    waves: tuple[str, ...] = ()


def versions_of(session: Session, theme: str) -> tuple[Version, ...]:
    """Every version of a theme, newest first."""
    rows = session.scalars(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.theme == theme)
        .order_by(QuestionnaireVersion.version.desc())
    ).all()
    asking = waves_asking(session, [row.id for row in rows])
    return tuple(
        Version(row.id, row.theme, row.version, row.state, row.simulated, asking.get(row.id, ()))
        for row in rows
    )


def waves_asking(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """For each of these versions that a wave asks, the waves' names, oldest first."""
    rows = session.execute(
        select(WaveQuestionnaire.questionnaire_id, Wave.label, Campaign.name, Campaign.simulated)
        .join(Wave, Wave.id == WaveQuestionnaire.wave_id)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(WaveQuestionnaire.questionnaire_id.in_(ids))
        .order_by(Wave.opens_at, Wave.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        told = f"{row.label}, {row.name}" + (" (simulée)" if row.simulated else "")
        found[row.questionnaire_id] = (*found.get(row.questionnaire_id, ()), told)
    return found


def version_of(
    session: Session, theme: str, version: int | None = None
) -> tuple[int, Questionnaire]:
    """Id and content of one version; without a number, of the newest. `NoSuchVersion` if none."""
    wanted = select(QuestionnaireVersion.id, QuestionnaireVersion.definition).where(
        QuestionnaireVersion.theme == theme
    )
    if version is not None:
        wanted = wanted.where(QuestionnaireVersion.version == version)
    row = session.execute(wanted.order_by(QuestionnaireVersion.version.desc()).limit(1)).first()
    if row is None:
        which = "de version" if version is None else f"de version {version}"
        raise NoSuchVersion(theme=f"«\u00a0{theme}\u00a0»", which=which)
    return row.id, from_definition(row.definition)


def latest_issued(session: Session, theme: str) -> Questionnaire | None:
    """The theme's newest issued version that is no simulation."""
    definition = session.scalar(
        select(QuestionnaireVersion.definition)
        .where(
            QuestionnaireVersion.theme == theme,
            QuestionnaireVersion.state == "issued",
            QuestionnaireVersion.simulated.is_(False),
        )
        .order_by(QuestionnaireVersion.version.desc())
        .limit(1)
    )
    return from_definition(definition) if definition else None
