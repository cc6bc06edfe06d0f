"""Accounts and organisations: for the administrators, read only (`barometre user create` adds)."""

from __future__ import annotations

from typing import ClassVar

from flask import g
from sqlalchemy import func, select

from admin import french
from admin.console import console
from admin.lists import Formatters, ReadList
from app.auth.roles import ROLES
from app.models.organisations import Organisation, OrganisationTerritory, User
from app.vocabulary.scope import Right, Role


class Users(ReadList):
    """Who has an account, and with which role."""

    group = 2
    right = Right.ADMINISTER
    column_list = ("name", "email", "role", "organisation", "active", "last_seen_at")
    column_labels: ClassVar[dict[str, str]] = {
        "name": "Personne",
        "email": "Adresse",
        "role": "Rôle",
        "organisation": "Organisation",
        "active": "Compte",
        "last_seen_at": "Dernière connexion",
    }
    column_sortable_list = ()
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [("name", False), ("id", False)]
    column_formatters: ClassVar[Formatters] = {
        "role": lambda _v, _c, row, _n: ROLES[Role(row.role)].label,
        "organisation": lambda _v, _c, row, _n: row.organisation.name if row.organisation else "—",
        "active": lambda _v, _c, row, _n: "ouvert" if row.active else "fermé",
        "last_seen_at": lambda _v, _c, row, _n: french.moment(row.last_seen_at),
    }
    column_select_related_list = (User.organisation,)
    one, many = "compte", "comptes"


class Organisations(ReadList):
    """Who may see which territories."""

    group = 2
    right = Right.ADMINISTER
    column_list = ("name", "national", "n_territories", "n_chased")
    column_labels: ClassVar[dict[str, str]] = {
        "name": "Organisation",
        "national": "Périmètre",
        "n_territories": "Collectivités vues",
        "n_chased": "dont à relancer",
    }
    column_sortable_list = ()
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [("name", False), ("id", False)]
    numbers = frozenset({"n_territories", "n_chased"})
    column_formatters: ClassVar[Formatters] = {
        "national": lambda _v, _c, row, _n: "France entière" if row.national else "Ses adhérents",
        "n_territories": lambda _v, _c, row, _n: french.number(g.shares.get(row.id, (0, 0))[0]),
        "n_chased": lambda _v, _c, row, _n: french.number(g.shares.get(row.id, (0, 0))[1]),
    }
    one, many = "organisation", "organisations"

    def look_around(self, rows: list[Organisation]) -> None:
        shared = OrganisationTerritory
        found = console().session.execute(
            select(
                shared.organisation_id,
                func.count(),
                func.count().filter(shared.may_chase),
            )
            .where(shared.organisation_id.in_([row.id for row in rows]))
            .group_by(shared.organisation_id)
        )
        g.shares = {organisation: (seen, chased) for organisation, seen, chased in found}
