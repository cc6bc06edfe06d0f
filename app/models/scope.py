"""What a member of staff may see: the one query that every staff use case starts from."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import Session

from app.errors import Hidden, NotAllowed
from app.models.base import Base, Everyone, NationalOnly
from app.models.organisations import OrganisationTerritory
from app.models.territories import Territory
from app.vocabulary.scope import Right, Scope


class NotScoped(TypeError):
    """A mapped class does not say who may see its rows: a bug, refused before any row is read."""


def visible_to(scope: Scope, right: Right = Right.READ) -> Select[int]:
    """The ids of the territories that this scope may read, or chase; none without the right."""
    # Tables, not classes: a criterion made of classes would be given the criteria in its turn.
    territories, shared = Territory.__table__.c, OrganisationTerritory.__table__.c
    if not scope.may(right):
        return select(territories.id).where(false())
    if scope.national:
        return select(territories.id)
    mine = select(shared.territory_id).where(shared.organisation_id == scope.organisation_id)
    if right is Right.CHASE:
        mine = mine.where(shared.may_chase)
    return mine


def must_chase(session: Session, scope: Scope, territory_id: int) -> None:
    """Out of the scope is as good as absent; seen but not theirs to chase is refused by name."""

    def seen(right: Right) -> bool:
        asked = select(Territory.id).where(
            Territory.id == territory_id, Territory.id.in_(visible_to(scope, right))
        )
        return session.scalar(asked) is not None

    if not seen(Right.READ):
        raise Hidden
    if not seen(Right.CHASE):
        raise NotAllowed


def criterion(entity: type[Base], scope: Scope) -> ColumnElement[bool]:
    """The condition on a class's rows for this scope, for `with_loader_criteria`."""
    rule = getattr(entity, "scoped", None)
    if rule is None:
        raise NotScoped(f"{entity.__name__} does not declare `scoped`")
    if rule is Everyone:
        return true()
    if scope.may_everywhere(Right.READ):
        return true()
    if rule is NationalOnly or isinstance(rule, type):
        return false()
    condition: ColumnElement[bool] = rule(visible_to(scope))
    return condition
