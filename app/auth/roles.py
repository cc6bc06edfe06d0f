"""The roles of the console, as a table: what each is called, may do, and needs."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import Refused
from app.vocabulary.scope import RIGHTS, ROLE_LABELS, Right, Role


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role; `local` ones see the territories of their organisation only."""

    role: Role
    label: str
    rights: frozenset[Right]
    local: bool


ROLES: dict[Role, RoleRow] = {
    role: RoleRow(role, ROLE_LABELS[role], RIGHTS[role], role in (Role.OPSN, Role.READER))
    for role in Role
}


class UnknownRole(Refused):
    """No such role."""

    sentence = "Le rôle «\u00a0{role}\u00a0» n’existe pas. Choisissez parmi\u00a0: {known}."


def role_named(code: str) -> RoleRow:
    """The role of this code; refuses one that the table does not hold."""
    try:
        return ROLES[Role(code)]
    except ValueError:
        raise UnknownRole(role=code, known=", ".join(Role)) from None
