"""`barometre publish` and `barometre cards`: figures, two approvals, report cards."""

from __future__ import annotations

import os

import click

from app.auth.sign_in import sign_in
from app.cli.running import house
from app.cli.telling import counted, step
from app.house import House
from app.now import now, paris
from app.results.approve import approve
from reports.cards.render import render_cards
from reports.cards.send import send_cards
from reports.computing import compute

HERE = "terminal"  # where these sign-ins come from, for the throttle


@click.command("publish")
@click.argument("wave", type=int, required=False, metavar="[VAGUE]")
@click.option("--title", help="Titre de la publication ; par défaut, « Point d’étape » et la date.")
@click.option("--publication", type=int, help="Approuver cette publication, déjà calculée.")
@click.option(
    "--approve",
    "approvers",
    multiple=True,
    help="Adresse d’un compte qui approuve (répétable ; le mot de passe est demandé).",
)
def publish(
    wave: int | None, title: str | None, publication: int | None, approvers: tuple[str, ...]
) -> None:
    """Calculer les résultats d’une vague, puis les approuver à deux personnes."""
    if (wave is None) == (publication is None):
        raise click.UsageError("Indiquez une vague à calculer, ou --publication.")
    with house() as opened:
        if wave is not None:
            with step("Calcul") as under_way:
                named = title or f"Point d’étape du {paris(now()):%d/%m/%Y}"
                publication = compute(opened.db, wave, title=named, now=now())
                under_way.said = f"Publication {publication} calculée, en attente d’approbation"
        assert publication is not None
        for email in approvers:
            _approve(opened, publication, email)


def _approve(opened: House, publication: int, email: str) -> None:
    password = click.prompt(f"Mot de passe de {email}", hide_input=True)
    secret = opened.settings.secret_key
    scope = sign_in(opened.db, email, password, HERE, secret=secret, now=now())
    approval = approve(opened.db, publication, scope, by=scope.user_id, now=now())
    then = "elle est publique" if approval.public else "il en faut une autre"
    click.echo(f"✓ Approbation {approval.n_approvals} sur 2 enregistrée, {then}")


@click.group("cards")
def cards() -> None:
    """Fabriquer et envoyer les fiches."""


@cards.command("render")
@click.argument("publication", type=int, metavar="PUBLICATION")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    help="Processus à la fois (autant que de cœurs).",
)
def render_command(publication: int, processes: int) -> None:
    """Fabriquer les fiches d’une publication approuvée."""
    with house() as opened, step("Fiches") as under_way:
        rendered = render_cards(
            opened.db,
            publication,
            opened.letterhead,
            now=now(),
            processes=processes,
            progress=under_way.progress,
        )
        under_way.said = (
            f"{counted(rendered.n_rendered, 'fiche fabriquée', 'fiches fabriquées')}, "
            f"{counted(rendered.n_unchanged, 'inchangée', 'inchangées')}"
        )


@cards.command("send")
@click.argument("publication", type=int, metavar="PUBLICATION")
def send_command(publication: int) -> None:
    """Mettre en file l’envoi de sa fiche à chaque collectivité qui a répondu."""
    with house() as opened, step("Envoi des fiches") as under_way:
        queued = send_cards(opened.db, publication, opened.letterhead, now=now())
        under_way.said = counted(queued, "message en file", "messages en file")
