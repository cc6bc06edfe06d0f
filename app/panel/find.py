"""Finds an authority by its code, or by what a person types of its name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models.territories import Territory
from app.panel.sort_names import sort_name
from app.vocabulary.territory_kinds import LABELS, TerritoryKind


class UnknownTerritory(Refused):
    """No authority has this code."""

    sentence = (
        "Aucune collectivité n’a le code «\u00a0{code}\u00a0». Vérifiez-le\u00a0: "
        "code Insee pour une commune, un département ou une région, "
        "numéro SIREN pour une intercommunalité."
    )
    status = 404


class KindNeeded(Refused):
    """The code is that of several authorities: 01 is the Ain and Guadeloupe."""

    sentence = "Le code «\u00a0{code}\u00a0» désigne {candidates}. Précisez le type\u00a0: {kinds}."


def territory(session: Session, kind: TerritoryKind | str | None, code: str) -> Territory:
    """The one authority of that code; without a kind, only when the code leaves no doubt."""
    wanted = code.strip().upper()
    found = select(Territory).where(or_(Territory.code == wanted, Territory.siren == wanted))
    if kind is not None:
        found = found.where(Territory.kind == TerritoryKind(kind))
    candidates = session.scalars(found.order_by(Territory.kind, Territory.id)).all()
    if not candidates:
        raise UnknownTerritory(code=code)
    if len(candidates) > 1:
        raise KindNeeded(
            code=code,
            candidates=" et ".join(f"{t.name} ({LABELS[_kind(t)].lower()})" for t in candidates),
            kinds=" ou ".join(t.kind for t in candidates),
        )
    return candidates[0]


def search(
    session: Session,
    typed: str,
    *,
    within: Select[Any] | None = None,
    limit: int = 20,
) -> list[Territory]:
    """Authorities whose name or code begins with what was typed, then those that contain it.

    `within` is the SELECT of the territory ids that the person may see; None: all of them.
    """
    wanted = sort_name(typed)
    if not wanted:
        return []
    code = typed.strip().upper()
    begins = or_(
        Territory.sort_name.startswith(wanted, autoescape=True),
        Territory.code.startswith(code, autoescape=True),
    )
    found = (
        select(Territory)
        .where(or_(begins, Territory.sort_name.contains(wanted, autoescape=True)))
        .order_by(case((begins, 0), else_=1), Territory.sort_name, Territory.id)
        .limit(limit)
    )
    if within is not None:
        found = found.where(Territory.id.in_(within))
    return list(session.scalars(found))


def _kind(found: Territory) -> TerritoryKind:
    return TerritoryKind(found.kind)
