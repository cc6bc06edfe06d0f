"""`barometre user` and `barometre organisation`: who may sign in to the console."""

from __future__ import annotations

import click

from app.auth.users import change_password, create_user, set_active
from app.cli.running import house
from app.cli.telling import number
from app.now import now
from app.panel.organisations import create_organisation
from app.vocabulary.scope import ROLE_LABELS, Author, Role

ROLE_CHOICES = ", ".join(f"{role} ({ROLE_LABELS[role]})" for role in Role)


@click.group("user")
def users() -> None:
    """Gérer les comptes de la console."""


@users.command("create")
@click.argument("email", metavar="ADRESSE")
@click.option("--name", required=True, help="Nom de la personne.")
@click.option(
    "--role",
    type=click.Choice([str(role) for role in Role]),
    required=True,
    help=f"Rôle : {ROLE_CHOICES}.",
)
@click.option("--organisation", help="Nom de l’organisation (opsn et reader).")
@click.password_option(
    prompt="Mot de passe",
    help="Mot de passe ; demandé s’il n’est pas donné, ce qui vaut mieux.",
)
def create_command(
    email: str, name: str, role: str, organisation: str | None, password: str
) -> None:
    """Ouvrir un compte."""
    with house() as opened:
        create_user(
            opened.db, email, name, role, organisation, password, by=Author.system(), now=now()
        )
    click.echo(f"✓ Compte ouvert pour {name}")


@users.command("password")
@click.argument("email", metavar="ADRESSE")
@click.password_option(
    prompt="Nouveau mot de passe",
    help="Nouveau mot de passe ; demandé s’il n’est pas donné, ce qui vaut mieux.",
)
def password_command(email: str, password: str) -> None:
    """Changer le mot de passe d’un compte, perdu ou connu d’un autre. Ses sessions se ferment."""
    with house() as opened:
        change_password(opened.db, email, password, by=Author.system(), now=now())
    click.echo("✓ Mot de passe changé, sessions fermées")


@users.command("close")
@click.argument("email", metavar="ADRESSE")
def close_command(email: str) -> None:
    """Fermer le compte de qui s’en va, et ses sessions. Ce qui fut fait reste à son nom."""
    with house() as opened:
        set_active(opened.db, email, False, by=Author.system(), now=now())
    click.echo("✓ Compte fermé")


@users.command("reopen")
@click.argument("email", metavar="ADRESSE")
def reopen_command(email: str) -> None:
    """Rouvrir un compte fermé, avec le mot de passe qu’il avait."""
    with house() as opened:
        set_active(opened.db, email, True, by=Author.system(), now=now())
    click.echo("✓ Compte rouvert")


@click.group("organisation")
def organisations() -> None:
    """Gérer les organisations : équipe nationale, OPSN."""


@organisations.command("create")
@click.argument("name", metavar="NOM")
@click.option("--departement", "departements", multiple=True, help="Département suivi (répétable).")
@click.option("--national", is_flag=True, help="Suit tout le pays : DINUM, Déclic.")
def create_organisation_command(name: str, departements: tuple[str, ...], national: bool) -> None:
    """Créer une organisation qui suit les collectivités de ses départements."""
    with house() as opened:
        made = create_organisation(opened.db, name, national=national, departements=departements)
    click.echo(f"✓ {name} créée\u00a0: {number(made.n_territories)} collectivités suivies")
