"""Issuing a version: from then on it never changes, and real campaigns may ask it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.db import Database
from app.errors import NotAllowed, Refused
from app.interview.definition import from_definition
from app.interview.french import capital
from app.interview.lineage import compare
from app.interview.questionnaire import Questionnaire
from app.models.campaigns import QuestionnaireVersion
from app.models.organisations import AuditEntry
from app.questionnaires.measures import to_mend
from app.questionnaires.publish import UnknownQuestionnaire
from app.questionnaires.versions import latest_issued
from app.vocabulary.scope import ActorKind, Author, Right, Scope

MOST_TOLD = 10
"""Faults named at once; the list is in the console, and in `barometre questionnaires check`."""


class AlreadyIssued(Refused):
    """It is issued, and does not change."""

    sentence = (
        "Cette version est déjà émise et ne change plus. "
        "Pour la corriger, chargez un texte modifié, qui sera la version suivante."
    )
    status = 409


class NotTheNewest(Refused):
    """A newer version of the theme is already issued."""

    sentence = (
        "La version {newest} de ce thème est déjà émise. Émettez une version plus récente qu’elle."
    )
    status = 409


class NotReadyToIssue(Refused):
    """What the measures or the mapping to the former version leave to mend."""

    sentence = "Corrigez ce questionnaire avant de l’émettre. {listed}."
    status = 409

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        told = [capital(fault).rstrip(".") for fault in faults[:MOST_TOLD]]
        if len(faults) > MOST_TOLD:
            told.append(f"Et {len(faults) - MOST_TOLD} autres défauts")
        super().__init__(listed=". ".join(told))


def issue(
    db: Database, scope: Scope | None, questionnaire_id: int, *, by: Author, now: datetime
) -> Questionnaire:
    """Issue a draft: national staff only, once nothing is left to mend. It never changes again.

    `scope` is None for a command typed on the server, in the house's own name.
    """
    if not (may_issue(scope) if scope else by.kind is ActorKind.SYSTEM):
        raise NotAllowed
    with db.transaction() as session:
        row = session.scalar(
            select(QuestionnaireVersion)
            .where(QuestionnaireVersion.id == questionnaire_id)
            .with_for_update()
        )
        if row is None:
            raise UnknownQuestionnaire
        if row.state != "draft":
            raise AlreadyIssued
        questionnaire = from_definition(row.definition)
        former = latest_issued(session, row.theme)
        if former is not None and former.version > row.version:
            raise NotTheNewest(newest=former.version)
        faults = faults_of(questionnaire, former)
        if faults:
            raise NotReadyToIssue(faults)
        row.state = "issued"
        session.add(_trace(row, by, now))
        return questionnaire


def may_issue(scope: Scope) -> bool:
    """National staff, who publish."""
    return scope.may_everywhere(Right.PUBLISH)


def faults_of(questionnaire: Questionnaire, former: Questionnaire | None) -> tuple[str, ...]:
    """All that forbids issuing it: draft marks, measures, what it fails to say of the former."""
    told = ["le texte porte encore la mention «\u00a0draft\u00a0»."] if questionnaire.draft else []
    if questionnaire.simulated:
        told.append("il est marqué comme simulé.")
    told += to_mend(questionnaire)
    if former is not None:
        mapping = compare(former, questionnaire).faults
        told += [f"{fault.code}\u00a0: {fault.sentence}" for fault in mapping]
    elif questionnaire.dropped or any(q.comes_from for q in questionnaire.questions):
        told.append("il dit continuer une version qui n’est pas émise.")
    return tuple(told)


def _trace(row: QuestionnaireVersion, by: Author, now: datetime) -> AuditEntry:
    return AuditEntry.of(
        by,
        "questionnaire_issued",
        f"questionnaire:{row.id}",
        {"theme": row.theme, "version": row.version},
        at=now,
    )
