"""Staff change a text: checked, then kept as a new version. What was sent never changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import NotAllowed, Refused
from app.messages.letterhead import Letterhead
from app.messages.template_check import check
from app.messages.template_faults import PART_LABELS, Fault
from app.messages.template_history import wording_at
from app.messages.wordings import Wording, current_of, seed, store, without_heads
from app.models.campaigns import WaveStep
from app.models.experiments import Experiment
from app.models.organisations import AuditEntry
from app.vocabulary.scope import Author, Right, Scope


class NotReadyToLeave(Refused):
    """The checks found something to mend."""

    sentence = "Ce texte n’est pas enregistré. À corriger\u00a0: {listed}."

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        told = " ".join(f"{PART_LABELS[one.part]}, {one.sentence}" for one in faults)
        super().__init__(listed=told.rstrip("."))


class NothingChanged(Refused):
    """The text is already the one that leaves."""

    sentence = (
        "Ce texte est déjà celui de la version {version}, qui part en ce moment. "
        "Changez-le avant de l’enregistrer."
    )
    status = 409


class ChangedMeanwhile(Refused):
    """Another version became current since the page was opened."""

    sentence = (
        "La version {version} est arrivée pendant que vous écriviez. "
        "Comparez-la avec la vôtre, puis enregistrez de nouveau."
    )
    status = 409


class TextTried(Refused):
    """Changed under way, what is compared would be two texts under one name."""

    sentence = (
        "L’essai «\u00a0{label}\u00a0» compare ce texte en ce moment\u00a0: le changer fausserait "
        "ce qu’il trouvera. Attendez qu’il soit terminé."
    )
    status = 409


def save(
    db: Database,
    scope: Scope,
    wording: Wording,
    *,
    seen: str,
    letterhead: Letterhead,
    by: Author,
    now: datetime,
) -> int:
    """Keep a text as its next version, which leaves from the next planning on; its number.

    `seen`: the digest of the version that was current when the page was opened.
    """
    writer = _writer(scope, by)
    _must_be_ready(wording, letterhead, now)
    with db.transaction() as session:
        return _keep(session, wording, writer, seen=seen, now=now)


def go_back(
    db: Database,
    scope: Scope,
    name: str,
    number: int,
    *,
    seen: str,
    letterhead: Letterhead,
    by: Author,
    now: datetime,
) -> int:
    """Keep an earlier version's words, or a release's, as the next version; its number."""
    writer = _writer(scope, by)
    with db.transaction() as session:
        wording = wording_at(session, name, number)
        _must_be_ready(wording, letterhead, now)
        return _keep(session, wording, writer, seen=seen, now=now)


def _writer(scope: Scope, by: Author) -> int:
    """Texts go to every territory: national staff only, in their own name."""
    if not scope.may_everywhere(Right.PUBLISH) or by != Author.user(scope.user_id):
        raise NotAllowed
    return scope.user_id


def _must_be_ready(wording: Wording, letterhead: Letterhead, now: datetime) -> None:
    faults = check(wording, letterhead, now=now).faults
    if faults:
        raise NotReadyToLeave(faults)


def _must_not_be_tried(session: Session, name: str) -> None:
    """No open experiment sends this text, as usual or as what it tries; `TextTried`."""
    label = session.scalar(
        select(Experiment.label)
        .join(WaveStep, WaveStep.id == Experiment.step_id)
        .where(
            Experiment.closed_at.is_(None), or_(WaveStep.words == name, Experiment.words == name)
        )
        .order_by(Experiment.id)
        .limit(1)
    )
    if label is not None:
        raise TextTried(label=label)


def _keep(session: Session, wording: Wording, writer: int, *, seen: str, now: datetime) -> int:
    _must_not_be_tried(session, wording.name)
    versions = seed(session, now=now)[wording.name]
    current = current_of(versions)
    newest = max(one.version for one in versions)
    if current is None or current.digest != seen:
        raise ChangedMeanwhile(version=current.version if current else newest)
    leaving = wording_at(session, wording.name, current.version)
    if without_heads(leaving) == without_heads(wording):
        raise NothingChanged(version=current.version)
    kept = store(session, wording, newest + 1, now=now, written_by=writer)
    if kept is None:  # somebody took the number since
        raise ChangedMeanwhile(version=newest + 1)
    session.add(
        AuditEntry.of(
            Author.user(writer),
            "template_written",
            f"message_templates:{kept}",
            {"name": wording.name, "version": newest + 1},
            at=now,
        )
    )
    return newest + 1
