"""`barometre db`: roles, database, migrations."""

from __future__ import annotations

import click

from app.cli.running import house
from app.cli.telling import step
from app.errors import Refused
from app.house import House
from app.migrations.apply import prepare, upgrade


class NoOwner(Refused):
    """This process was not given the account that owns the tables."""

    sentence = (
        "Cette commande a besoin du compte propriétaire de la base. "
        "Indiquez-le par DATABASE_OWNER_URL, puis relancez-la."
    )


@click.group("db")
def database() -> None:
    """Préparer la base de données et la mettre à jour."""


@database.command("prepare")
def prepare_command() -> None:
    """Créer la base et ses rôles s’ils manquent."""
    with house() as opened, step("Base et rôles") as under_way:
        prepare(_owner(opened))
        under_way.said = "La base et ses rôles sont prêts"


@database.command("upgrade")
def upgrade_command() -> None:
    """Appliquer les migrations en attente."""
    with house() as opened, step("Migrations") as under_way:
        applied = upgrade(_owner(opened))
        listed = f"\u00a0: {', '.join(applied)}" if applied else ", rien n’était en attente"
        said = "Schéma à jour" if opened.server is None else "Base embarquée\u00a0: schéma à jour"
        under_way.said = f"{said}{listed}"


def _owner(opened: House) -> str:
    if opened.owner_url is None:
        raise NoOwner
    return opened.owner_url
