"""Keeps questionnaires in the database, one row a version; an issued one never changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.interview.definition import from_definition, to_definition
from app.interview.questionnaire import Questionnaire
from app.models.campaigns import QuestionnaireVersion, WaveQuestionnaire
from app.models.cases import SurveyResponse


class UnknownQuestionnaire(Refused):
    """No questionnaire has this number."""

    sentence = (
        "Ce questionnaire n’est pas en base. "
        "Chargez les questionnaires avec «\u00a0barometre questionnaires load\u00a0»."
    )
    status = 404


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    """A questionnaire as it stands in the database; `new` if this call wrote it."""

    id: int
    theme: str
    version: int
    title: str
    n_questions: int
    new: bool


def digest_of(questionnaire: Questionnaire) -> str:
    """SHA-256 of the canonical definition, its version number left out."""
    definition = {k: v for k, v in to_definition(questionnaire).items() if k != "version"}
    canonical = json.dumps(definition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def load_into(
    db: Database, questionnaires: Sequence[Questionnaire], *, now: datetime
) -> list[LoadedVersion]:
    """Keep these questionnaires as drafts; one whose text is already the latest writes nothing.

    A changed text replaces the latest draft as long as no wave asks it, so that work on a text
    leaves no trail of versions. Once issued or asked, a version stays as it is: the changed text
    is the next version, beside it, and answers stay tied to what was asked.
    """
    with db.transaction() as session:
        session.execute(select(func.pg_advisory_xact_lock(8226004)))
        return [_load(session, questionnaire, now) for questionnaire in questionnaires]


def _load(session: Session, questionnaire: Questionnaire, now: datetime) -> LoadedVersion:
    latest = _latest(session, questionnaire.theme)
    digest = digest_of(questionnaire)
    new = latest is None or latest.digest != digest
    if latest is None or new:
        if latest is not None and _may_be_replaced(session, latest):
            version = max(questionnaire.version, latest.version)
        else:
            known = latest.version if latest else 0
            version = max(questionnaire.version, known + 1)
            latest = QuestionnaireVersion(theme=questionnaire.theme, state="draft")
            session.add(latest)
        latest.version = version
        latest.title = questionnaire.title
        latest.simulated = questionnaire.simulated
        latest.definition = to_definition(questionnaire) | {"version": version}
        latest.digest = digest
        latest.loaded_at = now
        session.flush()
    return LoadedVersion(
        latest.id,
        latest.theme,
        latest.version,
        latest.title,
        len(questionnaire.questions),
        new,
    )


def _latest(session: Session, theme: str) -> QuestionnaireVersion | None:
    """Held until the end of the transaction: no wave may choose it meanwhile."""
    return session.scalar(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.theme == theme)
        .order_by(QuestionnaireVersion.version.desc())
        .limit(1)
        .with_for_update()
    )


def _may_be_replaced(session: Session, latest: QuestionnaireVersion) -> bool:
    """Whether it is a draft that no wave asks."""
    if latest.state != "draft":
        return False
    asked = select(WaveQuestionnaire.wave_id).where(WaveQuestionnaire.questionnaire_id == latest.id)
    answered = select(SurveyResponse.id).where(SurveyResponse.questionnaire_id == latest.id)
    return not session.scalar(select(or_(asked.exists(), answered.exists())))


def stored(session: Session, questionnaire_id: int) -> Questionnaire:
    """The questionnaire of a row, read once a process for each text it ever had."""
    digest = session.scalar(
        select(QuestionnaireVersion.digest).where(QuestionnaireVersion.id == questionnaire_id)
    )
    if digest is None:
        raise UnknownQuestionnaire
    return stored_as(session, questionnaire_id, digest)


def stored_as(session: Session, questionnaire_id: int, digest: str) -> Questionnaire:
    """`stored`, for whoever has read the row's digest already: no query once it is known."""
    known = _READ.get((questionnaire_id, digest))
    if known is None:
        definition = session.scalars(
            select(QuestionnaireVersion.definition).where(
                QuestionnaireVersion.id == questionnaire_id
            )
        ).one()
        known = _READ[questionnaire_id, digest] = from_definition(definition)
    return known


# A few dozen texts a year; frozen values, so every thread may share them.
_READ: dict[tuple[int, str], Questionnaire] = {}
