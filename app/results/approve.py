"""Two people approve a publication; at the second one's word it is public, and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Hidden, NotAllowed, Refused
from app.jobs import defer
from app.models.organisations import AuditEntry
from app.models.results import Publication
from app.vocabulary.scope import Author, Right, Scope


class UnknownPublication(Hidden):
    """No such publication."""

    sentence = "Cette publication n’existe pas. Vérifiez son numéro dans la liste."


class SameApprover(Refused):
    """One person cannot stand for two."""

    sentence = (
        "Vous avez déjà approuvé cette publication. Demandez à une autre personne de "
        "l’approuver à son tour."
    )
    status = 409


class AlreadyApproved(Refused):
    """It is public, and frozen."""

    sentence = (
        "Cette publication est déjà approuvée et ne change plus. Pour corriger un chiffre, "
        "préparez-en une nouvelle."
    )
    status = 409


@dataclass(frozen=True, slots=True)
class Approval:
    """Where the publication stands after this approval."""

    publication_id: int
    n_approvals: int

    @property
    def public(self) -> bool:
        return self.n_approvals == 2


def approve(db: Database, publication_id: int, scope: Scope, *, by: int, now: datetime) -> Approval:
    """Give one's approval; the second person's makes the publication public and freezes it.

    The cards follow: their drawing is deferred with the approval, their sending after it.
    """
    if by != scope.user_id or not scope.may_everywhere(Right.PUBLISH):
        raise NotAllowed
    with db.transaction() as session:
        publication = _locked(session, publication_id)
        if publication.approved_at is not None:
            raise AlreadyApproved
        if publication.first_approval_by == by:
            raise SameApprover
        if publication.first_approval_by is None:
            publication.first_approval_by, publication.first_approval_at = by, now
            given = 1
        else:
            publication.second_approval_by, publication.second_approval_at = by, now
            publication.approved_at = now
            given = 2
            defer(session, "render_cards", publication=str(publication_id))
        session.add(_trace(publication_id, given, by, now))
        return Approval(publication_id, given)


def _locked(session: Session, publication_id: int) -> Publication:
    """Two approvals at once wait for each other here."""
    publication = session.scalar(
        select(Publication).where(Publication.id == publication_id).with_for_update()
    )
    if publication is None:
        raise UnknownPublication
    return publication


def _trace(publication_id: int, given: int, by: int, now: datetime) -> AuditEntry:
    return AuditEntry.of(
        Author.user(by),
        "publication_approved",
        f"publication:{publication_id}",
        {"approval": given},
        at=now,
    )
